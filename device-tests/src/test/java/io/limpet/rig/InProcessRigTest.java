package io.limpet.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The air without kernels. */
class InProcessRigTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private Rig rig;
  private RigDevice oak;
  private RigDevice elm;
  private RigDevice ash;

  @BeforeEach
  void start() {
    rig = Rig.builder().devices("oak", "elm", "ash").kind(MediumKind.IN_PROCESS).seed(7).start();
    oak = rig.device("oak");
    elm = rig.device("elm");
    ash = rig.device("ash");
    for (RigDevice device : rig.devices()) {
      port(device)
          .listen(
              (from, multicast, payload) ->
                  heard.add(
                      device.name()
                          + (multicast ? " heard " : " got ")
                          + new String(payload, StandardCharsets.UTF_8)
                          + " from "
                          + from));
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void datagramsTravelUnderTheSameModel() {
    send(oak, elm, "one");
    multicast(oak, "two");
    await().atMost(SOON).until(() -> heard.size() == 3);
    assertThat(heard)
        .containsExactlyInAnyOrder(
            "elm got one from oak", "elm heard two from oak", "ash heard two from oak");
  }

  @Test
  void aBlackHoleSwallowsUnicastAndLetsMulticastPass() {
    rig.blackHole(oak, elm, Direction.FORWARD, NeighbourTraffic.PASSES);
    send(oak, elm, "lost");
    send(elm, oak, "back");
    multicast(oak, "all");
    await().atMost(SOON).until(() -> heard.size() == 3);
    assertThat(heard)
        .containsExactlyInAnyOrder(
            "oak got back from elm", "elm heard all from oak", "ash heard all from oak");
    assertThat(rig.counters(oak, elm).blackHoled()).isEqualTo(1);
  }

  @Test
  void aSilentMacChangeStrandsWhatIsSentToTheOldAddress() {
    MacAddress before = elm.mac();
    MacAddress after = rig.silentMacChange(elm);
    assertThat(after).isNotEqualTo(before).isEqualTo(elm.mac());
    send(elm, ash, "from the new address");
    await().atMost(SOON).until(() -> heard.contains("ash got from the new address from elm"));
    assertThat(elm.mac()).isEqualTo(after);
  }

  @Test
  void theSameSeedDealsTheSameFatesAgainWithoutANewRig() {
    rig.loss(0.5);
    List<List<String>> rounds = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      heard.clear();
      rig.reseed(99);
      for (int i = 0; i < 100; i++) {
        send(oak, elm, Integer.toString(i));
      }
      rig.loss(0); // what was sent before has its fate already
      send(oak, elm, "end");
      await().atMost(SOON).until(() -> heard.contains("elm got end from oak"));
      rounds.add(List.copyOf(heard));
      rig.loss(0.5);
    }
    assertThat(rig.seed()).isEqualTo(99);
    assertThat(rounds.get(0)).hasSizeBetween(20, 80).isEqualTo(rounds.get(1));
  }

  @Test
  void latenessIsCountedFromTheLastTimeItWasTaken() {
    send(oak, elm, "one");
    await().atMost(SOON).until(() -> heard.size() == 1);
    assertThat(rig.takeLateness().frames()).isEqualTo(1);
    send(oak, elm, "two");
    send(oak, elm, "three");
    await().atMost(SOON).until(() -> heard.size() == 3);
    assertThat(rig.takeLateness().frames()).isEqualTo(2);
    assertThat(rig.takeLateness().frames()).isZero();
    assertThat(rig.lateness().frames()).isEqualTo(3);
    assertThat(rig.airCpu()).isPositive();
  }

  @Test
  void whatNeedsAKernelSaysThatThereIsNone() {
    assertThat(rig.kind()).isEqualTo(MediumKind.IN_PROCESS);
    assertThatThrownBy(() -> oak.exec("true"))
        .isInstanceOf(RigException.class)
        .hasMessageContaining("oak has no kernel");
  }

  @Test
  void devicesOfAnotherRigAreRefused() {
    try (Rig other = Rig.builder().devices("oak").kind(MediumKind.IN_PROCESS).start()) {
      RigDevice stranger = other.device("oak");
      assertThatThrownBy(() -> rig.cut(elm, stranger)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> rig.cut(elm, elm)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> rig.device("yew")).isInstanceOf(IllegalArgumentException.class);
  }

  private static AirPort port(RigDevice device) {
    return device.airPort().orElseThrow();
  }

  private static void send(RigDevice from, RigDevice to, String text) {
    port(from).unicast(to, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void multicast(RigDevice from, String text) {
    port(from).multicast(text.getBytes(StandardCharsets.UTF_8));
  }
}

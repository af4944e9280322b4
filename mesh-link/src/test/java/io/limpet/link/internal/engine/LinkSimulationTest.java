package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.PathState;
import io.limpet.link.SendOutcome;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What two and more links do over a medium that misbehaves. */
class LinkSimulationTest {
  private final long seed = Long.getLong("limpet.seed", 20261121L);
  private final SimNetwork network = new SimNetwork(seed);

  @Test
  void twoNodesKnowEachOtherAndTheirPathWithinASecond() {
    SimNode anna = network.add("anna", true);
    network.runFor(3_000);
    SimNode bert = network.add("bert", true);
    network.runFor(1_000);

    assertThat(anna.events(LinkEvent.PeerHeard.class)).hasSize(1);
    assertThat(bert.events(LinkEvent.PeerHeard.class)).hasSize(1);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(bert.pathTo(anna)).isEqualTo(PathState.UNICAST);
  }

  @Test
  void theFirstPayloadRidesInTheFirstFlight() {
    SimNode anna = network.add("anna", true);
    network.runFor(500);
    SimNode bert = network.add("bert", true);
    network.runFor(4);
    assertThat(bert.send(anna, 1)).isEqualTo(SendOutcome.UNKNOWN_PEER);
    long began = network.nowMs();
    while (anna.events(LinkEvent.PeerHeard.class).isEmpty()) {
      network.runFor(1);
    }
    assertThat(anna.send(bert, 7)).isIn(SendOutcome.QUEUED, SendOutcome.SENT);
    network.runFor(20);

    assertThat(bert.got).extracting(SimNode.Got::number).containsExactly(7);
    assertThat(network.nowMs() - began).isLessThan(300);
  }

  @Test
  void aBlackHoleOfUnicastStallsNothingAndHealingIsSeenWithinTwoSeconds() {
    SimNode anna = network.add("anna", true);
    SimNode bert = network.add("bert", true);
    network.runFor(5_000);
    int[] number = {0};
    network.every(50, 20_000, () -> anna.send(bert, number[0]++));
    network.runFor(2_000);
    anna.unicastHole.add(bert);
    long brokenAt = network.nowMs();
    network.runFor(8_000);

    assertThat(anna.pathTo(bert)).isEqualTo(PathState.MULTICAST);
    assertThat(bert.pathTo(anna)).isEqualTo(PathState.UNICAST);
    assertThat(anna.report(bert).orElseThrow().diagnosis()).isEqualTo(Diagnosis.UNICAST_BLACKHOLE);
    long firstAfter =
        bert.got.stream()
            .mapToLong(SimNode.Got::atMs)
            .filter(at -> at > brokenAt + 5)
            .min()
            .orElse(-1);
    assertThat(firstAfter - brokenAt).isBetween(0L, 500L);

    anna.unicastHole.clear();
    network.runFor(2_000);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(anna.events(LinkEvent.PeerReachable.class)).isNotEmpty();
    assertThat(anna.events(LinkEvent.PeerDiagnosed.class))
        .extracting(LinkEvent.PeerDiagnosed::to)
        .containsExactly(Diagnosis.UNICAST_BLACKHOLE, Diagnosis.NONE);
    assertThat(anna.events(LinkEvent.LinkDiagnosed.class))
        .filteredOn(told -> told.carrier() == Carrier.UNICAST_IPV4 && told.outbound())
        .extracting(LinkEvent.LinkDiagnosed::to)
        .containsExactly(Diagnosis.UNICAST_BLACKHOLE, Diagnosis.NONE);
    List<Integer> numbers = bert.got.stream().map(SimNode.Got::number).toList();
    assertThat(numbers).doesNotHaveDuplicates();
  }

  @Test
  void aRepairIsSucceededOnlyByARoundTrip() {
    SimNode anna = network.add("anna", true);
    SimNode bert = network.add("bert", true);
    network.runFor(5_000);
    network.every(50, 8_000, () -> anna.send(bert, 0));
    anna.unicastHole.add(bert);
    network.runFor(4_000);
    assertThat(anna.events(LinkEvent.RepairStarted.class)).isNotEmpty();
    assertThat(anna.events(LinkEvent.RepairSucceeded.class)).isEmpty();
    assertThat(anna.events(LinkEvent.RepairGaveUp.class)).isNotEmpty();
    anna.unicastHole.clear();
    network.runFor(3_000);
    assertThat(anna.events(LinkEvent.RepairSucceeded.class)).hasSize(1);
    assertThat(anna.report(bert).orElseThrow().diagnosis()).isEqualTo(Diagnosis.NONE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05, 0.1, 0.2, 0.3, 0.4})
  void randomLossIsNotDeath(double loss) {
    System.out.println("limpet.seed=" + seed + " loss=" + loss);
    SimNode anna = network.add("anna", true);
    SimNode bert = network.add("bert", true);
    network.runFor(5_000);
    network.setUnicastLoss(loss);
    network.every(50, 120_000, () -> anna.send(bert, 0));
    network.every(200, 120_000, () -> bert.send(anna, 0));
    network.runFor(5_000);
    int before = changes(anna) + changes(bert);
    network.runFor(110_000);

    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(bert.pathTo(anna)).isEqualTo(PathState.UNICAST);
    assertThat(changes(anna) + changes(bert) - before).isLessThanOrEqualTo(4);
    assertThat(went(anna, PathState.MULTICAST) + went(bert, PathState.MULTICAST)).isZero();
    assertThat(anna.events(LinkEvent.PeerMissed.class)).isEmpty();
    assertThat(anna.events(LinkEvent.RepairStarted.class)).hasSizeLessThanOrEqualTo(1);
  }

  private static int changes(SimNode node) {
    return node.events(LinkEvent.PathChanged.class).size();
  }

  private static long went(SimNode node, PathState to) {
    return node.events(LinkEvent.PathChanged.class).stream().filter(e -> e.to() == to).count();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3})
  void quietIsNotDead(double loss) {
    SimNode anna = network.add("anna", true);
    SimNode bert = network.add("bert", true);
    network.runFor(5_000);
    network.setLoss(loss);
    int before = changes(anna);
    network.runFor(900_000);

    assertThat(anna.events(LinkEvent.PeerMissed.class)).isEmpty();
    assertThat(anna.events(LinkEvent.PeerSilent.class)).isEmpty();
    assertThat(changes(anna) - before).isLessThanOrEqualTo(loss == 0 ? 0 : 6);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
  }

  @ParameterizedTest
  @CsvSource({"true, 1500", "false, 2500"})
  void aSilentChangeOfMacIsRepaired(boolean privileged, long withinMs) {
    SimNode anna = network.add("anna", privileged);
    SimNode bert = network.add("bert", privileged);
    network.runFor(5_000);
    network.every(50, 10_000, () -> anna.send(bert, 0));
    network.runFor(500);
    anna.setNeighbour(bert.ip(), Bytes.of(new byte[] {2, 9, 9, 9, 9, 9}));
    network.runFor(withinMs);

    assertThat(anna.events(LinkEvent.RepairStarted.class))
        .extracting(LinkEvent.RepairStarted::diagnosis)
        .containsExactly(Diagnosis.NEIGHBOUR_STALE);
    assertThat(anna.events(LinkEvent.RepairSucceeded.class)).hasSize(1);
    assertThat(anna.events(LinkEvent.RepairSucceeded.class).get(0).evidence())
        .containsEntry("entryMacBefore", "02:09:09:09:09:09");
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void ourOwnNewMacIsAnnouncedSoThatPeersReachUs(boolean privileged) {
    SimNode anna = network.add("anna", privileged);
    SimNode bert = network.add("bert", privileged);
    network.runFor(5_000);
    network.every(50, 10_000, () -> anna.send(bert, 0));
    bert.changeMac(77, true);
    network.runFor(2_000);

    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(anna.report(bert).orElseThrow().diagnosis()).isEqualTo(Diagnosis.NONE);
  }

  @Test
  void aRestartIsKnownAtTheFirstHello() {
    SimNode anna = network.add("anna", true);
    SimNode bert = network.add("bert", true);
    network.runFor(5_000);
    bert.restart();
    network.runFor(500);

    assertThat(anna.events(LinkEvent.PeerRestarted.class)).hasSize(1);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    anna.send(bert, 5);
    network.runFor(50);
    assertThat(bert.got).extracting(SimNode.Got::number).containsExactly(5);
  }

  @Test
  void aGoodbyeIsTakenAtItsWord() {
    SimNode anna = network.add("anna", true);
    SimNode bert = network.add("bert", true);
    network.runFor(5_000);
    bert.goodbye();
    network.runFor(50);
    assertThat(anna.events(LinkEvent.PeerGoodbye.class)).hasSize(1);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.SILENT);

    bert.restart();
    network.runFor(1_000);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
  }

  @Test
  void aPeerThatVanishesWithDataPendingIsMissedWithinTwoSecondsAndSilentWithinEight() {
    SimNode anna = network.add("anna", true);
    SimNode bert = network.add("bert", true);
    network.runFor(5_000);
    network.every(100, 20_000, () -> anna.send(bert, 0));
    network.runFor(1_000);
    long gone = network.nowMs();
    network.remove(bert);
    network.runFor(10_000);

    assertThat(when(anna, LinkEvent.PeerMissed.class) - gone).isBetween(300L, 2_000L);
    assertThat(when(anna, LinkEvent.PeerSilent.class) - gone).isBetween(2_000L, 8_000L);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.SILENT);
    assertThat(anna.report(bert).orElseThrow().diagnosis()).isEqualTo(Diagnosis.PEER_GONE);
  }

  private static long when(SimNode node, Class<? extends LinkEvent> kind) {
    return node.told.stream()
        .filter(told -> kind.isInstance(told.event()))
        .mapToLong(SimNode.Told::atMs)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aNewcomerAmongTwentyIsKnownToAllWithinASecond() {
    List<SimNode> old =
        IntStream.range(0, 20).mapToObj(i -> network.add("node" + i, true)).toList();
    network.runFor(20_000);
    SimNode fresh = network.add("fresh", true);
    network.runFor(1_000);

    assertThat(fresh.events(LinkEvent.PeerHeard.class)).hasSize(20);
    assertThat(old).allSatisfy(node -> assertThat(node.report(fresh)).isPresent());
  }

  @Test
  void theHellosOfThirtyNodesStayInsideTheirBudget() {
    IntStream.range(0, 30).forEach(i -> network.add("node" + i, true));
    network.runFor(60_000);
    long before = network.multicastBytes;
    network.runFor(60_000);

    // Two to three hellos a second of all nodes together, whatever their number.
    assertThat((network.multicastBytes - before) / 60).isLessThan(4_000);
  }

  @Test
  void anIdleLinkSleeps() {
    SimNode anna = network.add("anna", true);
    network.add("bert", true);
    network.runFor(60_000);
    int before = anna.plansRun;
    long sent = network.datagrams;
    network.runFor(60_000);

    assertThat(anna.plansRun - before).isLessThan(300);
    assertThat(network.datagrams - sent).isLessThan(200);
  }
}

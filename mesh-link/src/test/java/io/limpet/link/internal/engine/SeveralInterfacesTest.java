package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.LinkEvent;
import io.limpet.link.LinkReport;
import io.limpet.link.PathState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes with two interfaces each: which path carries, and what becomes of payloads. */
class SeveralInterfacesTest {
  private static final int FIRST = SimNode.INTERFACE;
  private static final int SECOND = SimNode.INTERFACE + 1;

  private final long seed = Long.getLong("limpet.seed", 20261126L);
  private final SimNetwork network = new SimNetwork(seed);
  private final SimNode anna = network.add("anna", true);
  private final SimNode bert = network.add("bert", true);
  private final int[] next = {0};

  @BeforeEach
  void plugIn() {
    System.out.println("limpet.seed=" + seed);
    anna.plugIn(SECOND);
    bert.plugIn(SECOND);
    network.runFor(5_000);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
  }

  private void stream(int everyMs, int forMs) {
    network.every(everyMs, forMs, () -> anna.send(bert, next[0]++));
  }

  /** Returns the number of the interface that carried last, by the newest change of path. */
  private int carrying(SimNode from) {
    List<LinkEvent.PathChanged> changes = from.events(LinkEvent.PathChanged.class);
    String name = changes.get(changes.size() - 1).interfaceName();
    return "sim0".equals(name) ? FIRST : SECOND;
  }

  private static int other(int interfaceIndex) {
    return interfaceIndex == FIRST ? SECOND : FIRST;
  }

  private void assertThatEverythingArrivedOnce() {
    List<Integer> numbers = bert.got.stream().map(SimNode.Got::number).toList();
    Set<Integer> came = new HashSet<>(numbers);
    List<Integer> missing =
        IntStream.range(0, next[0]).filter(number -> !came.contains(number)).boxed().toList();
    assertThat(missing).as("lost of " + next[0] + ", seed " + seed).isEmpty();
    assertThat(numbers).as("seed " + seed).doesNotHaveDuplicates();
  }

  private long longestPauseMs(long fromMs, long toMs) {
    long previous = fromMs;
    long longest = 0;
    for (SimNode.Got got : bert.got) {
      if (got.atMs() >= fromMs && got.atMs() <= toMs) {
        longest = Math.max(longest, got.atMs() - previous);
        previous = got.atMs();
      }
    }
    return Math.max(longest, toMs - previous);
  }

  @ParameterizedTest
  @CsvSource({"10, both", "10, there", "10, back", "50, both", "300, both", "1000, there"})
  void aSilentCutOfTheInterfaceInUseLosesNothingAndPausesLittle(int everyMs, String direction) {
    stream(everyMs, 12_000);
    network.runFor(6_000);
    int used = carrying(anna);
    if (!direction.equals("back")) {
      anna.cut.add(used);
    }
    if (!direction.equals("there")) {
      bert.cut.add(used);
    }
    long cutMs = network.nowMs();
    network.runFor(8_000);

    assertThatEverythingArrivedOnce();
    assertThat(longestPauseMs(cutMs, cutMs + 4_000)).isLessThan(300L + everyMs);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    if (!direction.equals("back")) {
      assertThat(carrying(anna)).isEqualTo(other(used));
    }
  }

  @Test
  void anInterfaceThatGoesDownMidFlightLosesNothing() {
    stream(7, 10_000);
    network.runFor(6_000);
    int used = carrying(anna);
    // Not only what is sent from now on: what is on the way is lost as well.
    anna.cut.add(used);
    network.runFor(5);
    anna.unplug(used);
    long goneMs = network.nowMs();
    network.runFor(6_000);

    assertThatEverythingArrivedOnce();
    assertThat(longestPauseMs(goneMs, goneMs + 3_000)).isLessThan(50);
    assertThat(carrying(anna)).isEqualTo(other(used));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverHappensToOneInterfaceAtATimeNothingIsLost(long salt) {
    Random random = new Random(seed + salt);
    int rounds = 12;
    stream(20, rounds * 6_000);
    for (int round = 0; round < rounds; round++) {
      int victim = random.nextBoolean() ? FIRST : SECOND;
      SimNode node = random.nextBoolean() ? anna : bert;
      network.runFor(100 + random.nextInt(900));
      if (random.nextBoolean()) {
        node.cut.add(victim);
        network.runFor(500 + random.nextInt(1_500));
        node.cut.remove(victim);
      } else {
        node.unplug(victim);
        network.runFor(500 + random.nextInt(1_500));
        node.plugIn(victim);
      }
      network.runFor(3_000); // long enough for both to be proven again
    }
    network.runFor(rounds * 6_000L);
    assertThatEverythingArrivedOnce();
  }

  @Test
  void aStandbyIsKeptProvenAtLowCost() {
    stream(1_000, 60_000);
    network.runFor(10_000);
    long before = network.datagrams;
    network.runFor(40_000);

    assertThat(anna.report(bert).orElseThrow().links())
        .filteredOn(link -> link.outbound() && !link.carrier().isMulticast())
        .hasSize(2)
        .allSatisfy(link -> assertThat(link.proofAge()).isLessThan(Duration.ofSeconds(6)));
    // Payloads, their reports, hellos on two interfaces, and little else.
    assertThat(network.datagrams - before).isLessThan(40 * 8);
  }

  @Test
  void theFasterPathIsTakenAndKept() {
    int slow = carrying(anna);
    network.slowerNs.put(slow, 40 * SimNetwork.MS);
    stream(100, 60_000);
    network.runFor(40_000);
    assertThat(carrying(anna)).isEqualTo(other(slow));
    int changes = anna.events(LinkEvent.PathChanged.class).size();
    network.runFor(20_000);
    assertThat(anna.events(LinkEvent.PathChanged.class)).hasSize(changes);
  }

  @Test
  void theCleanerPathIsTakenAndTheReasonIsTold() {
    int lossy = carrying(anna);
    network.lossOn.put(lossy, 0.3);
    stream(50, 60_000);
    network.runFor(50_000);
    assertThat(carrying(anna)).isEqualTo(other(lossy));
    assertThat(anna.events(LinkEvent.PathChanged.class))
        .extracting(LinkEvent.PathChanged::reason)
        .as("seed " + seed)
        // Which comes first is a matter of chance: what costs less, or a row of losses.
        .anyMatch(reason -> reason.startsWith("better: ") || reason.contains("unconfirmed for"));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05, 0.15})
  void equalPathsDoNotFlap(double loss) {
    network.setLoss(loss);
    stream(50, 600_000);
    network.runFor(10_000);
    int before = anna.events(LinkEvent.PathChanged.class).size();
    network.runFor(580_000);
    assertThat(anna.events(LinkEvent.PathChanged.class).size() - before)
        .as("changes within ten minutes")
        .isLessThanOrEqualTo(8);
  }

  @Test
  void aPathThatIsNowBetterAndNowWorseIsNotFollowedEachTime() {
    stream(50, 600_000);
    for (int i = 0; i < 30; i++) {
      network.slowerNs.put(FIRST, i % 2 == 0 ? 60 * SimNetwork.MS : 0);
      network.slowerNs.put(SECOND, i % 2 == 0 ? 0 : 60 * SimNetwork.MS);
      network.runFor(20_000);
    }
    long better =
        anna.events(LinkEvent.PathChanged.class).stream()
            .filter(change -> change.reason().startsWith("better"))
            .count();
    // Thirty times another one is better; how the waits fall among them is a matter of the seed.
    assertThat(better).as("in ten minutes").isLessThanOrEqualTo(12);
  }

  @Test
  void aReplacedAddressIsFollowedAtOnceAlthoughOnlyOneSideTalks() {
    bert.unplug(SECOND);
    anna.unplug(SECOND);
    network.runFor(2_000);
    stream(10, 8_000);
    network.runFor(3_000);
    anna.unplug(FIRST);
    network.runFor(20);
    anna.plugIn(FIRST, 99);
    long replacedMs = network.nowMs();
    network.runFor(3_000);

    assertThat(firstGotAfter(replacedMs) - replacedMs).isLessThan(100);
    assertThat(longestPauseMs(replacedMs, replacedMs + 2_500)).isLessThan(100);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(bert.pathTo(anna)).isEqualTo(PathState.UNICAST);
    assertThat(bert.events(LinkEvent.PeerRestarted.class)).isEmpty();
  }

  @Test
  void anInterfaceThatReturnsAfterTenSecondsWithAnotherAddressCarriesAtOnce() {
    bert.unplug(SECOND);
    anna.unplug(SECOND);
    network.runFor(2_000);
    stream(10, 18_000);
    network.runFor(3_000);
    anna.unplug(FIRST);
    network.runFor(10_000);
    anna.plugIn(FIRST, 99);
    long upMs = network.nowMs();
    network.runFor(3_000);

    assertThat(firstGotAfter(upMs) - upMs).isLessThan(200);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(bert.pathTo(anna)).isEqualTo(PathState.UNICAST);
  }

  private long firstGotAfter(long ms) {
    return bert.got.stream()
        .mapToLong(SimNode.Got::atMs)
        .filter(at -> at > ms)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  @Test
  void anInterfaceThatAppearsLaterStandsBy() {
    bert.unplug(SECOND);
    network.runFor(2_000);
    stream(100, 30_000);
    network.runFor(5_000);
    bert.plugIn(SECOND);
    network.runFor(6_000);
    List<LinkReport> links = new ArrayList<>(anna.report(bert).orElseThrow().links());
    links.removeIf(link -> !link.outbound() || link.carrier().isMulticast());
    assertThat(links).extracting(LinkReport::state).containsExactly("confirmed", "confirmed");
    anna.cut.add(carrying(anna));
    network.runFor(25_000);
    assertThatEverythingArrivedOnce();
  }

  @Test
  void whoWasSuspendedBlamesNobodyAndIsBackAtOnce() {
    stream(50, 60_000);
    network.every(50, 60_000, () -> bert.send(anna, 0));
    network.runFor(3_000);
    anna.sleep();
    network.runFor(15_000);
    int before = anna.told.size();
    long resumedMs = network.nowMs();
    anna.wake(15_000);
    network.runFor(1_000);

    assertThat(anna.told.subList(before, anna.told.size()))
        .extracting(SimNode.Told::event)
        .noneMatch(event -> event instanceof LinkEvent.PeerMissed)
        .noneMatch(event -> event instanceof LinkEvent.PeerSilent)
        .filteredOn(event -> event instanceof LinkEvent.Resumed)
        .containsExactly(new LinkEvent.Resumed(Duration.ofSeconds(15)));
    assertThat(firstGotAfter(resumedMs) - resumedMs).isLessThan(100);
    assertThat(bert.pathTo(anna)).isEqualTo(PathState.UNICAST);
  }
}

package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkReport;
import io.limpet.link.PathState;
import io.limpet.link.SendOutcome;
import io.limpet.link.internal.path.PathMtu;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The path MTU between two links over a medium that drops by size. */
class LinkMtuTest {
  private final long seed = Long.getLong("limpet.seed", 20261126L);
  private final SimNetwork network = new SimNetwork(seed);
  private final SimNode anna = network.add("anna", true);
  private final SimNode bert = network.add("bert", true);
  private int sent;
  private int refused;

  @BeforeEach
  void tellTheSeed() {
    System.out.println("limpet.seed=" + seed);
  }

  private static void limit(SimNode node, int mtu) {
    for (Carrier carrier : Carrier.values()) {
      node.limitBytes.put(carrier, mtu);
    }
  }

  /** Bulk: one full payload each so many milliseconds, as a transport would send it. */
  private void bulk(SimNode from, SimNode to, long periodMs, long forMs) {
    network.every(
        periodMs,
        forMs,
        () -> {
          SendOutcome outcome = from.send(to, sent++, from.maxPayloadBytes(to));
          refused += outcome == SendOutcome.TOO_LARGE ? 1 : 0;
        });
  }

  private static int mtu(SimNode from, SimNode to, Carrier carrier) {
    return from.report(to).orElseThrow().links().stream()
        .filter(link -> link.outbound() && link.carrier() == carrier)
        .mapToInt(LinkReport::mtuBytes)
        .findFirst()
        .orElseThrow();
  }

  private static long longestGap(SimNode node, long fromMs, long toMs) {
    long previous = fromMs;
    long longest = 0;
    for (SimNode.Got got : node.got) {
      if (got.atMs() >= fromMs && got.atMs() <= toMs) {
        longest = Math.max(longest, got.atMs() - previous);
        previous = got.atMs();
      }
    }
    return Math.max(longest, toMs - previous);
  }

  private static List<LinkEvent.PathMtuChanged> fallbacks(SimNode node) {
    return node.events(LinkEvent.PathMtuChanged.class).stream()
        .filter(event -> event.mtuBytes() < event.previousMtuBytes())
        .toList();
  }

  @Test
  void anOrdinaryNetworkIsUsedInFullAfterOneRoundTripOfUse() {
    network.runFor(5_000);
    int before = anna.maxPayloadBytes(bert);
    anna.send(bert, 1);
    network.runFor(10 + 2 * 3 + 2);
    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).isEqualTo(1500);
    assertThat(anna.maxPayloadBytes(bert) - before).isEqualTo(1500 - 28 - PathMtu.BASE_BYTES);
    assertThat(anna.events(LinkEvent.PathMtuChanged.class)).hasSize(1);
  }

  @Test
  void aPeerThatIsNotUsedIsNotProbed() {
    network.runFor(120_000);
    assertThat(anna.largestSent).isLessThanOrEqualTo(PathMtu.BASE_BYTES);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
  }

  @ParameterizedTest
  @ValueSource(ints = {1228, 1280, 1400, 1468, 1492})
  void aSmallerPathIsFoundWithoutLosingAPayload(int limit) {
    limit(anna, limit);
    limit(bert, limit);
    network.runFor(3_000);
    bulk(anna, bert, 5, 10_000);
    network.runFor(10_100);

    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).isBetween(limit - 20, limit);
    assertThat(bert.got).as("every payload arrives").hasSize(sent);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(anna.report(bert).orElseThrow().links())
        .noneMatch(link -> link.outbound() && link.loss() > 0.01);
    assertThat(fallbacks(anna)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1400, 2", "1400, 20", "1280, 5", "1468, 5"})
  void aPathThatNarrowsUnderABulkStreamStallsItForLessThanHalfASecond(int limit, long periodMs) {
    network.runFor(3_000);
    bulk(anna, bert, periodMs, 20_000);
    network.runFor(5_000);
    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).isEqualTo(1500);
    limit(anna, limit);
    long broken = network.nowMs();
    network.runFor(6_000);

    long gap = longestGap(bert, broken - periodMs, broken + 5_000);
    System.out.println("1500 -> " + limit + ", each " + periodMs + " ms: gap " + gap + " ms");
    assertThat(gap).isLessThan(500);
    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).isBetween(limit - 20, limit);
    assertThat(fallbacks(anna)).hasSize(1);
    assertThat(fallbacks(anna).get(0).reason()).contains("black hole");
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(mtu(bert, anna, Carrier.UNICAST_IPV4)).as("the way back").isEqualTo(1500);

    limit(anna, 1500);
    bulk(anna, bert, 50, 70_000);
    network.runFor(70_000);
    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).as("it is raised again").isEqualTo(1500);
  }

  @Test
  void whatWasBuiltForTheOldSizeIsRefusedSoThatTheTransportCutsItAnew() {
    network.runFor(3_000);
    bulk(anna, bert, 5, 5_000);
    network.runFor(2_000);
    int old = anna.maxPayloadBytes(bert);
    limit(anna, 1400);
    network.runFor(2_000);
    assertThat(anna.send(bert, 0, old)).isEqualTo(SendOutcome.TOO_LARGE);
    assertThat(anna.send(bert, 0, anna.maxPayloadBytes(bert))).isEqualTo(SendOutcome.SENT);
    assertThat(refused).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3})
  void lossBesideTheLimitOnlyTakesLonger(double loss) {
    network.runFor(3_000);
    network.setLoss(loss);
    bulk(anna, bert, 5, 40_000);
    network.runFor(5_000);
    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).isEqualTo(1500);
    limit(anna, 1400);
    long broken = network.nowMs();
    network.runFor(30_000);

    long gap = longestGap(bert, broken - 5, broken + 10_000);
    System.out.println("loss " + loss + ": gap " + gap + " ms");
    assertThat(gap).isLessThan(1_500);
    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).isBetween(1360, 1400);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.3, 0.4})
  void lossAloneIsNoBlackHole(double loss) {
    network.runFor(3_000);
    network.setLoss(loss);
    bulk(anna, bert, 10, 120_000);
    network.runFor(120_000);
    System.out.println(
        "loss "
            + loss
            + ": "
            + fallbacks(anna).size()
            + " fallbacks, "
            + anna.aboveBase
            + " large datagrams of "
            + sent);
    assertThat(fallbacks(anna)).hasSizeLessThanOrEqualTo(1);
    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).isGreaterThan(1480);
    assertThat(anna.aboveBase - sent).as("probes in two minutes").isLessThan(400);
  }

  @Test
  void eachDirectionHasItsOwnSize() {
    limit(anna, 1300);
    limit(bert, 1440);
    network.runFor(3_000);
    bulk(anna, bert, 10, 5_000);
    bulk(bert, anna, 10, 5_000);
    network.runFor(5_000);
    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).isBetween(1280, 1300);
    assertThat(mtu(bert, anna, Carrier.UNICAST_IPV4)).isBetween(1420, 1440);
    assertThat(bert.got.size() + anna.got.size()).isBetween(sent - 2, sent);
  }

  @Test
  void aMulticastCarrierHasASizeOfItsOwn() {
    anna.limitBytes.put(Carrier.MULTICAST_IPV4, 1400);
    network.runFor(3_000);
    bulk(anna, bert, 10, 30_000);
    network.runFor(2_000);
    anna.unicastHole.add(bert);
    long broken = network.nowMs();
    network.runFor(8_000);

    assertThat(anna.pathTo(bert)).isEqualTo(PathState.MULTICAST);
    assertThat(mtu(anna, bert, Carrier.MULTICAST_IPV4)).isBetween(1380, 1400);
    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).isEqualTo(1500);
    assertThat(longestGap(bert, broken - 10, broken + 8_000)).isLessThan(500);
  }

  @Test
  void aPathInTheWayOfNothingButSizeStaysUnsuspected() {
    limit(anna, 1400);
    network.runFor(3_000);
    int before = anna.events(LinkEvent.PathChanged.class).size();
    bulk(anna, bert, 20, 10_000);
    network.runFor(10_000);
    assertThat(anna.events(LinkEvent.PathChanged.class)).hasSize(before);
  }

  @Test
  void whatTheSystemRefusesIsBelievedAtOnce() {
    network.runFor(3_000);
    bulk(anna, bert, 10, 5_000);
    network.runFor(1_000);
    int old = anna.maxPayloadBytes(bert);
    limit(anna, 1380);
    anna.refuse(Carrier.UNICAST_IPV4);
    assertThat(anna.send(bert, 0, old)).isEqualTo(SendOutcome.TOO_LARGE);
    network.runFor(2_000);
    assertThat(mtu(anna, bert, Carrier.UNICAST_IPV4)).isBetween(1360, 1380);
    assertThat(fallbacks(anna).get(0).reason()).contains("refused");
  }
}

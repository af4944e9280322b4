package io.limpet.rig.internal.bench.beacons;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.LinkConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hellos of few and of many nodes: inside their budget always. */
class BeaconBudgetTest {
  private static final long SECOND = VirtualTime.SECOND;
  private static final double SHARE = LinkConfig.DEFAULT_BEACON_AIRTIME;

  /**
   * What each node may say before the budget holds: twelve long hellos (see AirtimeBudget), and
   * what it earned as long as it believed itself to be almost alone.
   */
  private static final double BURST_SECONDS = 0.048 + 0.012;

  private final long seed = Long.getLong("limpet.seed", 20261126L);

  BeaconBudgetTest() {
    System.out.println("BeaconBudgetTest limpet.seed=" + seed);
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "2, 0.3", "10, 0", "10, 0.1", "10, 0.3", "40, 0", "40, 0.5", "100, 0.3"})
  void theHellosOfAllNodesKeepToTheirAirtime(int nodes, double loss) {
    Village village = Village.of(seed, loss);
    village.buildWithin(nodes, 5 * SECOND);
    village.time().runFor(120 * SECOND);
    double upToNow =
        village.traffic().between(VirtualTime.START_NS, village.time().now()).helloAirtime();
    assertThat(upToNow * 120).isLessThanOrEqualTo(nodes * BURST_SECONDS + 120 * SHARE);
    long from = village.time().now();
    village.time().runFor(240 * SECOND);
    double later = village.traffic().between(from, village.time().now()).helloAirtime();
    assertThat(later).isLessThanOrEqualTo(SHARE);
  }
}

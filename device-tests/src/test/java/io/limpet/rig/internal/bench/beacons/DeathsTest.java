package io.limpet.rig.internal.bench.beacons;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.LinkConfig;
import io.limpet.rig.internal.bench.beacons.Village.House;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Deaths among few nodes that do not talk to each other, each in a village of its own. More of them
 * are {@code -Dlimpet.deaths=1000}.
 */
class DeathsTest {
  private static final long SECOND = VirtualTime.SECOND;
  private static final int DEATHS = Integer.getInteger("limpet.deaths", 8);
  private static final double GOAL_SECONDS = 20;

  private final long seed = Long.getLong("limpet.seed", 20261126L);

  @ParameterizedTest
  @CsvSource({"5, 0", "5, 0.1", "5, 0.3", "8, 0.3"})
  void everyDeathIsSeenByAllInTimeAndNobodyElseIsDoubted(int nodes, double loss) {
    List<Double> seen = new ArrayList<>();
    List<Double> sure = new ArrayList<>();
    for (int run = 0; run < DEATHS; run++) {
      boolean dual = run % 4 == 3;
      Village village = new Village(seed + run, loss, dual, LinkConfig.DEFAULT_BEACON_AIRTIME);
      for (int i = 0; i < nodes; i++) {
        village.build();
      }
      village.time().runFor(40 * SECOND + village.random().nextLong(8 * SECOND));
      assertThat(village.houses()).allSatisfy(house -> assertThat(house.alarms).isZero());
      House victim = village.houses().get(0);
      victim.die();
      double diedAt = village.time().seconds();
      village.time().runFor(45 * SECOND);
      double seenByAll = 0;
      double sureAtAll = 0;
      for (House house : village.houses().subList(1, nodes)) {
        assertThat(house.missed).containsOnlyKeys(victim.address());
        assertThat(house.silent).containsOnlyKeys(victim.address());
        seenByAll = Math.max(seenByAll, house.missed.get(victim.address()) - diedAt);
        sureAtAll = Math.max(sureAtAll, house.silent.get(victim.address()) - diedAt);
      }
      seen.add(seenByAll);
      sure.add(sureAtAll);
    }
    System.out.printf(
        Locale.ROOT,
        "DeathsTest limpet.seed=%d limpet.deaths=%d nodes %d loss %.1f: seen %s, sure %s%n",
        seed,
        DEATHS,
        nodes,
        loss,
        summary(seen),
        summary(sure));
    assertThat(Collections.max(seen)).isLessThanOrEqualTo(GOAL_SECONDS);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.3})
  void whomOnlyMulticastDoesNotReachIsNotDead(double loss) {
    Village village = Village.of(seed, loss);
    for (int i = 0; i < 5; i++) {
      village.build();
    }
    village.time().runFor(60 * SECOND);
    village.failMulticast();
    village.time().runFor(120 * SECOND);
    assertThat(village.houses()).allSatisfy(house -> assertThat(house.alarms).isZero());
    assertThat(village.houses()).allSatisfy(house -> assertThat(house.silent).isEmpty());
  }

  /** The median, the 99th percentile and the worst, in seconds. */
  private static String summary(List<Double> times) {
    List<Double> sorted = times.stream().sorted().toList();
    return String.format(
        Locale.ROOT,
        "p50 %.1f p99 %.1f max %.1f",
        sorted.get(sorted.size() / 2),
        sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1),
        sorted.get(sorted.size() - 1));
  }
}

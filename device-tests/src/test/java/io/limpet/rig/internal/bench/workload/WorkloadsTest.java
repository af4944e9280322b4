package io.limpet.rig.internal.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.stand.Profile;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
  private static final Plan FULL = plan(false);

  private final Results results = new Results();

  private static Plan plan(boolean quick) {
    return new Plan(
        List.of(Profile.A, Profile.B),
        List.of(),
        List.of("tcp-bbr", "quic-bbr"),
        OptionalInt.empty(),
        OptionalInt.empty(),
        quick);
  }

  private void measured(Case of, String contender, String key, double value) {
    results.add(new Run(of, contender, 1, Map.of(key, value), null, 1, ""));
  }

  private Goal goal(String workload, Case of, String key) {
    Workload chosen = Workloads.of(workload);
    Metric metric =
        chosen.metrics().stream().filter(m -> m.key().equals(key)).findFirst().orElseThrow();
    return chosen.judged(metric, of, results);
  }

  @Test
  void eachWorkloadHasCasesContendersAndADurationInBothLengths() {
    for (Workload workload : Workloads.all()) {
      for (Plan plan : List.of(FULL, plan(true))) {
        assertThat(workload.cases(plan)).as(workload.name()).isNotEmpty().doesNotHaveDuplicates();
        for (Case of : workload.cases(plan)) {
          assertThat(workload.contenders(of, plan)).contains("limpet");
          assertThat(workload.expected(of, plan)).isPositive();
        }
      }
    }
    assertThatThrownBy(() -> Workloads.of("speed"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bulk, echo, connect");
  }

  @Test
  void theIdealNeedsNoRepeatWithoutLossAndOneForEachLossWithIt() {
    assertThat(Ideal.roundTrips(0, 0.99)).isEqualTo(1);
    // 0.9² = 0.81 at once, 0.972 with one repeat, 0.9963 with two.
    assertThat(Ideal.roundTrips(0.1, 0.8)).isEqualTo(1);
    assertThat(Ideal.roundTrips(0.1, 0.95)).isEqualTo(2);
    assertThat(Ideal.roundTrips(0.1, 0.99)).isEqualTo(3);
    assertThat(Ideal.roundTrips(0.3, 0.5)).isEqualTo(2);
    assertThat(Ideal.roundTrips(0.3, 0.99)).isEqualTo(6);
  }

  @Test
  void whatIsMissingCountsAsWithoutEndButNotForTheFloor() throws Exception {
    Percentiles times = Percentiles.of(ControlJson.MAPPER.readTree("[3.0, 1.0, 2.0, 4.0]"), 5);
    assertThat(times.at(0.5)).isEqualTo(3);
    assertThat(times.at(0.8)).isEqualTo(4);
    assertThat(times.at(0.99)).isInfinite();
    assertThat(times.ofThoseThatCame(0.99)).isEqualTo(4);
    assertThat(times.missing()).isEqualTo(1);
  }

  @Test
  void jainIsOneForEqualsAndOneFourthForOneOfFour() {
    assertThat(FairnessWorkload.jain(Collections.nCopies(4, 7.0), 4)).isCloseTo(1, within(1e-9));
    assertThat(FairnessWorkload.jain(List.of(7.0, 0.0, 0.0, 0.0), 4)).isCloseTo(0.25, within(1e-9));
    // A flow that never began is one that got nothing.
    assertThat(FairnessWorkload.jain(List.of(7.0), 4)).isCloseTo(0.25, within(1e-9));
    assertThat(FairnessWorkload.jain(List.of(), 4)).isZero();
  }

  @Test
  void bulkIsJudgedByItsShareAndItsPrice() {
    Case of = new Case("bulk", "", "A", 0.3);
    measured(of, "limpet", "share", 0.86);
    measured(of, "limpet", "airPerByte", 1.8);
    assertThat(goal("bulk", of, "share").bound()).isEqualTo(0.85);
    assertThat(goal("bulk", of, "share").verdict()).isEqualTo(Goal.Verdict.MET);
    assertThat(goal("bulk", of, "airPerByte").bound()).isCloseTo(1.1 / (0.917 * 0.7), within(1e-9));
    assertThat(goal("bulk", of, "airPerByte").verdict()).isEqualTo(Goal.Verdict.MISSED);
  }

  @Test
  void theTailOfTheEchoIsJudgedByTheFloorAndByTheBestPeerWhicheverIsHarder() {
    Case of = new Case("echo", "", "A", 0.2);
    measured(of, "limpet", "p99Ms", 45);
    measured(of, "udp", "p99Ms", 12);
    measured(of, "quic-bbr", "p99Ms", 200);
    measured(of, "tcp-bbr", "p99Ms", 900);
    assertThat(goal("echo", of, "p99Ms").bound()).isCloseTo(12 + 25, within(1e-9));
    assertThat(goal("echo", of, "p99Ms").verdict()).isEqualTo(Goal.Verdict.MISSED);
    measured(of, "kcp", "p99Ms", 60);
    assertThat(goal("echo", of, "p99Ms").bound()).isCloseTo(30, within(1e-9));
  }

  @Test
  void withoutLossNobodyIsAskedForHalfOfARoundTrip() {
    Case of = new Case("echo", "", "A", 0);
    measured(of, "limpet", "p99Ms", 12);
    measured(of, "udp", "p99Ms", 11);
    measured(of, "quic-bbr", "p99Ms", 12);
    assertThat(goal("echo", of, "p99Ms").bound()).isCloseTo(16, within(1e-9));
  }

  @Test
  void connectionsAreJudgedByFailuresByTheMedianAndByTheTail() {
    Case of = new Case("connect", "", "B", 0.2);
    measured(of, "udp", "p99Ms", 41);
    measured(of, "limpet", "p99Ms", 190);
    measured(of, "limpet", "p50Ms", 53);
    measured(of, "limpet", "failed", 0);
    assertThat(goal("connect", of, "p99Ms").verdict()).isEqualTo(Goal.Verdict.MET);
    assertThat(goal("connect", of, "p50Ms").verdict()).isEqualTo(Goal.Verdict.MISSED);
    assertThat(goal("connect", of, "failed").verdict()).isEqualTo(Goal.Verdict.MET);
  }

  @Test
  void aShareBesideCubicIsToBeNeitherTooSmallNorTooLarge() {
    Case of = new Case("fairness", "beside tcp-cubic", "A", 0);
    measured(of, "limpet", "share", 0.8);
    assertThat(goal("fairness", of, "share").verdict()).isEqualTo(Goal.Verdict.MISSED);
    Case other = new Case("fairness", "beside tcp-cubic", "B", 0);
    measured(other, "limpet", "share", 0.2);
    assertThat(goal("fairness", other, "share").verdict()).isEqualTo(Goal.Verdict.MISSED);
  }

  @Test
  void overACableLimpetIsComparedWithTheBetterQuicAlone() {
    Case of = new Case("veth", "no medium", "veth", 0);
    measured(of, "tcp-bbr", "mbitPerSecond", 20_000);
    measured(of, "quic-bbr", "mbitPerSecond", 900);
    measured(of, "quic-cubic", "mbitPerSecond", 1000);
    measured(of, "limpet", "mbitPerSecond", 1600);
    assertThat(goal("veth", of, "mbitPerSecond").bound()).isEqualTo(1500);
    assertThat(goal("veth", of, "mbitPerSecond").verdict()).isEqualTo(Goal.Verdict.MET);
  }

  @Test
  void whoCouldNotBeMeasuredHasMissedItsGoals() {
    Case of = new Case("many", "100 connections", "A", 0);
    results.add(new Run(of, "limpet", 1, Map.of(), null, 1, "out of memory"));
    assertThat(goal("many", of, "ratio").verdict()).isEqualTo(Goal.Verdict.MISSED);
    Case echo = new Case("echo", "", "A", 0.2);
    results.add(new Run(echo, "limpet", 1, Map.of(), null, 1, "it broke"));
    assertThat(goal("echo", echo, "lost").verdict()).isEqualTo(Goal.Verdict.MISSED);
  }

  @Test
  void aLinkOfOnesOwnIsDescribedByItsRateAndItsDelay() {
    Profile own = Profile.of("8M/30ms");
    assertThat(own.rateBitsPerSecond()).isEqualTo(8_000_000);
    assertThat(own.rttMs()).isEqualTo(60);
    assertThatThrownBy(() -> Profile.of("fast")).hasMessageContaining("8M/30ms");
  }
}

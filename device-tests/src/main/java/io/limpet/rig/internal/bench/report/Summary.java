package io.limpet.rig.internal.bench.report;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.result.Topic;
import java.util.ArrayList;
import java.util.List;

/**
 * How many goals were met, and what speaks against the figures. A value.
 *
 * @param goals each with what it is about
 * @param runs how many measurements were made
 * @param disturbed how many of them a late medium or other programs disturbed
 * @param failed how many gave no figure
 */
record Summary(List<Judged> goals, int runs, int disturbed, int failed) {
  /** A goal, and what it is about. */
  record Judged(Case of, Metric metric, Goal goal) {}

  static Summary of(Report report) {
    List<Judged> goals = new ArrayList<>();
    for (Topic workload : report.workloads()) {
      for (Case of : report.results().cases(workload.name())) {
        for (Metric metric : workload.metrics()) {
          Goal goal = workload.judged(metric, of, report.results());
          if (goal != null && goal.verdict() != Goal.Verdict.UNKNOWN) {
            goals.add(new Judged(of, metric, goal));
          }
        }
      }
    }
    List<Run> runs = report.results().runs();
    return new Summary(
        goals,
        runs.size(),
        (int)
            runs.stream()
                .map(Run::conditions)
                .filter(conditions -> conditions != null && conditions.disturbed())
                .count(),
        (int) runs.stream().filter(run -> !run.failure().isEmpty()).count());
  }

  private long met() {
    return goals.stream().filter(g -> g.goal().verdict() == Goal.Verdict.MET).count();
  }

  String line() {
    return met()
        + " of "
        + goals.size()
        + " goals met; "
        + runs
        + " measurements, "
        + disturbed
        + " disturbed ("
        + Grid.DISTURBED
        + "), "
        + failed
        + " without a figure ("
        + Grid.FAILED
        + ")";
  }
}

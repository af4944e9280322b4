package io.limpet.rig.internal.bench.report;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.result.Topic;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * One metric of a workload on one profile, as a table: a line for each condition, a column for each
 * contender, then the limit, the ratio, the goal, and whether it was met. A value.
 *
 * @param workload of which
 * @param metric what the figures are
 * @param profile on which link
 * @param heads of the columns
 * @param lines with as many cells as there are heads
 */
record Grid(
    Topic workload, Metric metric, String profile, List<String> heads, List<List<String>> lines) {
  /** Marks a figure of which a run was disturbed, by a late medium or by other programs. */
  static final String DISTURBED = "*";

  /** Marks a figure of which a run failed. */
  static final String FAILED = "!";

  Grid {
    heads = List.copyOf(heads);
    lines = List.copyOf(lines);
  }

  /** Makes all tables of a workload; those without any figure are left out. */
  static List<Grid> of(Topic workload, Results results) {
    List<Grid> grids = new ArrayList<>();
    Set<Case> cases = results.cases(workload.name());
    Set<String> profiles = new LinkedHashSet<>(cases.stream().map(Case::profile).toList());
    for (String profile : profiles) {
      List<Case> here = cases.stream().filter(of -> of.profile().equals(profile)).toList();
      for (Metric metric : workload.metrics()) {
        Grid grid = grid(workload, metric, profile, here, results);
        if (!grid.lines().isEmpty()) {
          grids.add(grid);
        }
      }
    }
    return grids;
  }

  private static Grid grid(
      Topic workload, Metric metric, String profile, List<Case> cases, Results results) {
    List<String> contenders = results.contenders(cases);
    List<String> heads = new ArrayList<>(List.of(cases.size() == 1 ? "case" : "loss or case"));
    heads.addAll(contenders);
    heads.addAll(List.of("limit", "limpet/best peer", "goal for limpet", "met"));
    List<List<String>> lines = new ArrayList<>();
    for (Case of : cases) {
      boolean any =
          contenders.stream()
              .anyMatch(name -> !Double.isNaN(results.median(of, name, metric.key())));
      if (any) {
        lines.add(line(workload, metric, of, contenders, results));
      }
    }
    return new Grid(workload, metric, profile, heads, lines);
  }

  private static List<String> line(
      Topic workload, Metric metric, Case of, List<String> contenders, Results results) {
    List<String> cells = new ArrayList<>(List.of(of.label()));
    for (String contender : contenders) {
      cells.add(figure(metric, of, contender, results));
    }
    cells.add(metric.print(workload.limit(metric, of)));
    double ratio = results.limpet(of, metric.key()) / results.bestPeer(of, metric);
    cells.add(Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2f", ratio) : "–");
    Goal goal = workload.judged(metric, of, results);
    cells.add(goal == null ? "" : goal.text() + bound(metric, goal));
    cells.add(goal == null ? "" : verdict(goal));
    return cells;
  }

  private static String figure(Metric metric, Case of, String contender, Results results) {
    List<Run> runs = results.of(of, contender);
    boolean disturbed =
        runs.stream()
            .map(Run::conditions)
            .filter(Objects::nonNull)
            .anyMatch(conditions -> conditions.disturbed());
    boolean failed = runs.stream().anyMatch(run -> !run.failure().isEmpty());
    return metric.print(results.median(of, contender, metric.key()))
        + (disturbed ? DISTURBED : "")
        + (failed ? FAILED : "");
  }

  /** A goal that is told in other terms is told in figures as well. */
  private static String bound(Metric metric, Goal goal) {
    boolean said =
        goal.bound() == 0
            || Double.isNaN(goal.bound())
            || goal.text().contains(" to ")
            || goal.text()
                .contains(BigDecimal.valueOf(goal.bound()).stripTrailingZeros().toPlainString());
    return said ? "" : " (" + metric.print(goal.bound()) + ")";
  }

  static String verdict(Goal goal) {
    return switch (goal.verdict()) {
      case MET -> "met";
      case MISSED -> "MISSED";
      case UNKNOWN -> "–";
    };
  }

  /** Returns what it is a table of. */
  String caption() {
    return metric.heading() + ", profile " + profile;
  }
}

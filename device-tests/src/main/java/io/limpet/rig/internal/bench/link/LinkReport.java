package io.limpet.rig.internal.bench.link;

import io.limpet.rig.internal.bench.report.Machine;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * All that a report is made of. A value.
 *
 * @param machine where and of what was measured
 * @param date when it began
 * @param command how it is done again
 * @param plan what was measured
 * @param results what came of it
 */
public record LinkReport(
    Machine machine, Instant date, String command, LinkPlan plan, Results results) {

  /** One goal, and what it is about. */
  public record Judged(Fault fault, Subject subject, Figure figure, Goal goal) {}

  List<Run> runs(Fault fault, Subject subject) {
    return results.of(fault.of(plan.family()), subject.contender());
  }

  double median(Fault fault, Subject subject, Figure figure) {
    return results.median(fault.of(plan.family()), subject.contender(), figure.key());
  }

  /** Returns the worst of all runs, not a number when nothing was measured. */
  double worst(Fault fault, Subject subject, Figure figure) {
    return runs(fault, subject).stream()
        .flatMap(run -> java.util.stream.Stream.ofNullable(run.values().get(figure.key())))
        .mapToDouble(Double::doubleValue)
        .max()
        .orElse(Double.NaN);
  }

  /** Returns all goals of what was measured; a goal is met when every single run met it. */
  public List<Judged> goals() {
    List<Judged> all = new ArrayList<>();
    for (Fault fault : plan.faults()) {
      for (Subject subject : fault.subjects()) {
        if (!runs(fault, subject).isEmpty()) {
          fault
              .goalsMs(subject)
              .forEach(
                  (figure, atMostMs) ->
                      all.add(
                          new Judged(
                              fault, subject, figure, goal(fault, subject, figure, atMostMs))));
        }
      }
    }
    return all;
  }

  private Goal goal(Fault fault, Subject subject, Figure figure, double atMostMs) {
    Goal goal =
        Goal.atMost("at most " + (long) atMostMs + " ms", atMostMs, worst(fault, subject, figure));
    boolean complete =
        runs(fault, subject).stream().allMatch(run -> run.values().containsKey(figure.key()));
    return complete ? goal : goal.withNothingReached();
  }

  /** Returns how many goals were met, in a line. */
  String summary() {
    List<Judged> goals = goals();
    long met = goals.stream().filter(g -> g.goal().verdict() == Goal.Verdict.MET).count();
    List<Run> all = results.runs();
    long failed = all.stream().filter(run -> !run.failure().isEmpty()).count();
    long disturbed = all.stream().filter(LinkReport::disturbed).count();
    return met
        + " of "
        + goals.size()
        + " goals met, each by every single run; "
        + all.size()
        + " measurements, "
        + disturbed
        + " disturbed (*), "
        + failed
        + " failed (!)";
  }

  static boolean disturbed(Run run) {
    return run.conditions() != null && run.conditions().disturbed();
  }
}

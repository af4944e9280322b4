package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Profile;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One kind of measurement, and what Limpet is to reach in it. Stateless. */
public abstract class Workload {
  private final String name;
  private final String title;
  private final List<Metric> metrics;

  /** Sets what does not depend on the plan. */
  protected Workload(String name, String title, Metric... metrics) {
    this.name = name;
    this.title = title;
    this.metrics = List.of(metrics);
  }

  /** Returns what the command line calls it. */
  public final String name() {
    return name;
  }

  /** Says what it is, in a line. */
  public final String title() {
    return title;
  }

  /** Returns what it measures, the most telling first. */
  public final List<Metric> metrics() {
    return metrics;
  }

  /** Returns the conditions under which it is made. */
  public abstract List<Case> cases(Plan plan);

  /** Returns on whom. */
  public abstract List<String> contenders(Case of, Plan plan);

  /** Returns what has to be there. */
  public Ground ground(Case of, String contender) {
    return Ground.medium(contender);
  }

  /**
   * Says whether all contenders are measured at the same time, each on a stand of its own: what
   * puts almost no load on the machine then meets the same noise, and takes no longer than one.
   */
  public boolean together() {
    return false;
  }

  /** Says whether the stand is made for one measurement alone. */
  public boolean alone(Case of) {
    return false;
  }

  /** Returns how long one measurement takes, about. */
  public abstract Duration expected(Case of, Plan plan);

  /** Measures on a stand that has been prepared; the values are by the metrics' keys. */
  public abstract Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException;

  /** Returns what no protocol of this kind could pass, not a number where that is not known. */
  public double limit(Metric metric, Case of) {
    return Double.NaN;
  }

  /** Returns what Limpet is to reach, or null where nothing was set. */
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    return null;
  }

  /** Returns the same; who could not be measured at all has reached nothing. */
  public final @Nullable Goal judged(Metric metric, Case of, Results results) {
    Goal goal = goal(metric, of, results);
    List<Run> runs = results.of(of, Contender.LIMPET);
    boolean failed = !runs.isEmpty() && runs.stream().noneMatch(run -> run.failure().isEmpty());
    return goal != null && failed ? goal.withNothingReached() : goal;
  }

  final List<Case> onEach(List<Profile> profiles, String variant, List<Double> losses) {
    List<Case> cases = new ArrayList<>();
    for (Profile profile : profiles) {
      for (double loss : losses) {
        cases.add(new Case(name, variant, profile.name(), loss));
      }
    }
    return cases;
  }

  /** Returns the round trip of a case's link, in milliseconds. */
  static double rttMs(Case of) {
    return Profile.of(of.profile()).rttMs();
  }
}

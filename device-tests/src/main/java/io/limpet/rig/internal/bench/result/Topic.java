package io.limpet.rig.internal.bench.result;

import io.limpet.rig.internal.bench.stand.Contender;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What figures are about, and what Limpet is to reach in them. Stateless. */
public abstract class Topic {
  private final String name;
  private final String title;
  private final List<Metric> metrics;

  /** Sets what does not depend on a run. */
  protected Topic(String name, String title, Metric... metrics) {
    this.name = name;
    this.title = title;
    this.metrics = List.of(metrics);
  }

  /** Returns what results call it. */
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
}

package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Topic;
import org.jspecify.annotations.Nullable;

/** A node dies without a word. */
public final class DeathTopic extends Topic {
  static final String NAME = "death";

  static final Metric TALKER =
      new Metric("talkerMs", "seen by who talks to it, slowest", "ms", 0, false);
  static final Metric TALKER_P50 =
      new Metric("talkerP50Ms", "seen by who talks to it, p50", "ms", 0, false);
  static final Metric ALL = new Metric("allMs", "seen by all, slowest", "ms", 0, false);
  static final Metric ALL_P50 = new Metric("allP50Ms", "seen by all, p50", "ms", 0, false);
  static final Metric SURE = new Metric("sureMs", "offline at all, slowest", "ms", 0, false);
  static final Metric DEATHS = new Metric("deaths", "deaths", "", 0, true);

  private static final int TALKER_MS = 6_000;
  private static final int ALL_MS = 20_000;

  /** Makes it. */
  public DeathTopic() {
    super(
        NAME,
        "a node is ended by SIGKILL while one of the others talks to it",
        TALKER,
        TALKER_P50,
        ALL,
        ALL_P50,
        SURE,
        DEATHS);
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    if (metric.equals(TALKER)) {
      return Goal.atMost("at most " + TALKER_MS + " ms", TALKER_MS, value);
    }
    if (metric.equals(ALL)) {
      return Goal.atMost("at most " + ALL_MS + " ms", ALL_MS, value);
    }
    return null;
  }
}

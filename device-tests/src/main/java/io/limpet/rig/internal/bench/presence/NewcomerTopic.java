package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Topic;
import org.jspecify.annotations.Nullable;

/** A node that nobody has met starts. */
public final class NewcomerTopic extends Topic {
  static final String NAME = "newcomer";

  static final Metric P99 = new Metric("p99Ms", "online at all others p99", "ms", 0, false);
  static final Metric P50 = new Metric("p50Ms", "online at all others p50", "ms", 0, false);
  static final Metric MAX = new Metric("maxMs", "online at all others max", "ms", 0, false);
  static final Metric PROCESS =
      new Metric("processMs", "the same from the start of its process p50", "ms", 0, false);
  static final Metric AVAHI_P99 =
      new Metric("avahiP99Ms", "avahi-browse shows it with the right TXT p99", "ms", 0, false);
  static final Metric AVAHI_P50 =
      new Metric("avahiP50Ms", "avahi-browse shows it with the right TXT p50", "ms", 0, false);
  static final Metric STARTS = new Metric("starts", "starts", "", 0, true);

  private static final int AVAHI_MS = 2_000;

  /** Makes it. */
  public NewcomerTopic() {
    super(
        NAME,
        "nodes with new identities start one after the other; times from their first hello on the"
            + " air",
        P99,
        P50,
        MAX,
        PROCESS,
        AVAHI_P99,
        AVAHI_P50,
        STARTS);
  }

  /**
   * Returns within how many milliseconds a start is to be seen, not a number where none was set.
   */
  static double soonMs(double loss) {
    return loss == 0 ? 1_000 : loss == 0.1 ? 2_000 : loss == 0.3 ? 4_000 : Double.NaN;
  }

  static @Nullable Goal soon(double loss, double measured) {
    double atMost = soonMs(loss);
    return Double.isNaN(atMost)
        ? null
        : Goal.atMost("at most " + Math.round(atMost) + " ms", atMost, measured);
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    if (metric.equals(P99)) {
      return soon(of.loss(), value);
    }
    if (metric.equals(AVAHI_P99) && of.loss() == 0) {
      return Goal.atMost("at most " + AVAHI_MS + " ms", AVAHI_MS, value);
    }
    return null;
  }
}

package io.limpet.rig.internal.bench.group;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Topic;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is measured of a group, and what Limpet's channel is to reach. */
public final class GroupTopic extends Topic {
  static final String NAME = "group";

  static final Metric AIR_DATA =
      new Metric("airData", "airtime of data for each message, in sendings", "", 2, false);
  static final Metric AIR_ALL =
      new Metric("airAll", "airtime of everything, likewise", "", 2, false);
  static final Metric P99 = new Metric("p99Ms", "time to a member p99", "ms", 0, false);
  static final Metric P50 = new Metric("p50Ms", "time to a member p50", "ms", 1, false);
  static final Metric MAX = new Metric("maxMs", "time to a member max", "ms", 0, false);
  static final Metric GOODPUT =
      new Metric("goodput", "goodput of one sender at every member", "Mbit/s", 2, true);
  static final Metric AIR_BULK =
      new Metric("airBulk", "airtime of everything then, in sendings", "", 2, false);
  static final Metric MISSING = new Metric("missing", "messages missing", "", 0, false);
  static final Metric DUPLICATED = new Metric("duplicated", "messages twice", "", 0, false);
  static final Metric DISORDERED = new Metric("disordered", "messages out of order", "", 0, false);

  /** What a repair may add to what an erasure channel takes. */
  private static final double AIR_OVER_IDEAL = 1.3;

  /** Makes it. */
  public GroupTopic() {
    super(
        NAME,
        "members say a message each 50 ms in turn; then one of them as much as it can",
        AIR_DATA,
        AIR_ALL,
        P99,
        P50,
        MAX,
        GOODPUT,
        AIR_BULK,
        MISSING,
        DUPLICATED,
        DISORDERED);
  }

  @Override
  public double limit(Metric metric, Case of) {
    if (metric.equals(GOODPUT)) {
      return GroupPlan.BASIC_RATE * (1 - of.loss()) / 1e6;
    }
    return Double.NaN;
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    if (metric.equals(AIR_DATA) && of.loss() <= 0.1) {
      return Goal.atMost("at most 1.3 / (1 - p)", AIR_OVER_IDEAL / (1 - of.loss()), value);
    }
    if (metric.equals(P99) && (of.loss() == 0.1 || of.loss() == 0.3)) {
      int atMost = of.loss() == 0.1 ? 300 : 800;
      return Goal.atMost(String.format(Locale.ROOT, "at most %d ms", atMost), atMost, value);
    }
    if (metric.equals(GOODPUT)) {
      return Goal.atLeast("JGroups' best", results.bestPeer(of, GOODPUT, "jgroups"), value);
    }
    if (metric.equals(MISSING) || metric.equals(DUPLICATED) || metric.equals(DISORDERED)) {
      return Goal.atMost("none", 0, value);
    }
    return null;
  }
}

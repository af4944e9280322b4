package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Topic;
import org.jspecify.annotations.Nullable;

/** A node that died comes back with the same home. */
public final class RestartTopic extends Topic {
  static final String NAME = "restart";

  /** Before anybody has noticed that it died. */
  static final String AT_ONCE = "at once";

  /** When it is offline at all others. */
  static final String LATE = "after offline";

  static final Metric MAX = new Metric("maxMs", "restarted at all others, slowest", "ms", 0, false);
  static final Metric P50 = new Metric("p50Ms", "restarted at all others, p50", "ms", 0, false);
  static final Metric UNTOLD = new Metric("untold", "others that showed no restart", "", 0, false);
  static final Metric SECOND = new Metric("second", "second persons", "", 0, false);

  /** Makes it. */
  public RestartTopic() {
    super(
        NAME,
        "a node that was ended by SIGKILL starts again with the same home; times from the first"
            + " hello of its new life on the air",
        MAX,
        P50,
        UNTOLD,
        SECOND);
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    if (metric.equals(MAX)) {
      return NewcomerTopic.soon(of.loss(), value); // no later than anybody new
    }
    return metric.equals(UNTOLD) || metric.equals(SECOND) ? Goal.atMost("none", 0, value) : null;
  }
}

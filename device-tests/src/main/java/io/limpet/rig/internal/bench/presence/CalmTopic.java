package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Topic;
import org.jspecify.annotations.Nullable;

/** Nodes that live are watched, whatever the others do. */
public final class CalmTopic extends Topic {
  static final String NAME = "calm";

  static final Metric OFFLINE = new Metric("falseOffline", "false OFFLINE", "", 0, false);
  static final Metric SUSPECT = new Metric("falseSuspect", "false SUSPECT", "", 0, false);
  static final Metric MINUTES = new Metric("minutes", "watched for", "min", 1, true);

  /** Makes it. */
  public CalmTopic() {
    super(
        NAME,
        "what is shown of nodes that live, while the others come and go and when nothing happens",
        OFFLINE,
        SUSPECT,
        MINUTES);
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    return metric.equals(OFFLINE) ? Goal.atMost("none", 0, results.limpet(of, metric.key())) : null;
  }
}

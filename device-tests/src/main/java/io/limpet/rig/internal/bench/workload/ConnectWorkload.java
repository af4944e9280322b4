package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A fresh connection for each message, timed to the application's acknowledgement. */
final class ConnectWorkload extends SmallMessages {
  private static final Metric P99 = new Metric("p99Ms", "p99", "ms", 1, false);
  private static final Metric P50 = new Metric("p50Ms", "p50", "ms", 1, false);
  private static final Metric FAILED = new Metric("failed", "failed in 10 s", "", 0, false);
  private static final Metric AIR =
      new Metric("airPerConnection", "bytes on the air per connection", "", 0, false);

  private static final List<Double> LOSSES = List.of(0.0, 0.1, 0.2, 0.3, 0.4);
  private static final int TIMEOUT_MS = 10_000;

  ConnectWorkload() {
    super(
        "connect",
        "fresh connection, "
            + MESSAGE_BYTES
            + " bytes, the application's acknowledgement; one begun each "
            + INTERVAL_MS
            + " ms",
        P99,
        P50,
        FAILED,
        AIR);
  }

  @Override
  public List<Case> cases(Plan plan) {
    return onEach(plan.profiles(), "", plan.losses(LOSSES, List.of(0.0, 0.2)));
  }

  @Override
  public Duration expected(Case of, Plan plan) {
    return Duration.ofMillis(
        2000 + (long) plan.count(300, 60) * INTERVAL_MS + (of.loss() > 0 ? TIMEOUT_MS / 2 : 0));
  }

  @Override
  public Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException {
    int count = plan.count(300, 60);
    Series series = measure(stand, "perf.connect", count, Map.of("timeoutMs", TIMEOUT_MS));
    return Map.of(
        "p50Ms",
        series.at(0.5),
        "p99Ms",
        series.at(0.99),
        "failed",
        (double) series.times().missing(),
        "airPerConnection",
        series.airPerMessage());
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    if (metric.equals(FAILED) && of.loss() <= 0.4) {
      return Goal.atMost("none", 0, value);
    }
    if (metric.equals(P50) && of.loss() <= 0.2) {
      return Goal.atMost("at most 1.3 RTT", 1.3 * rttMs(of), value);
    }
    if (metric.equals(P99)) {
      int more = of.loss() == 0.1 ? 2 : of.loss() == 0.2 ? 4 : of.loss() == 0.3 ? 7 : 0;
      double floor = results.median(of, Contender.UDP, P99.key());
      return more == 0
          ? null
          : Goal.atMost(
              String.format(Locale.ROOT, "floor + %d RTT", more), floor + more * rttMs(of), value);
    }
    return null;
  }
}

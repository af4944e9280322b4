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

/** Small requests and their replies at a steady pace, on one open connection. */
final class EchoWorkload extends SmallMessages {
  private static final Metric P99 = new Metric("p99Ms", "round trip p99", "ms", 1, false);
  private static final Metric P50 = new Metric("p50Ms", "round trip p50", "ms", 1, false);
  private static final Metric MAX = new Metric("maxMs", "round trip max", "ms", 1, false);
  private static final Metric LOST = new Metric("lost", "messages lost", "", 0, false);
  private static final Metric AIR =
      new Metric("airPerMessage", "bytes on the air per message", "", 0, false);

  private static final List<Double> LOSSES = List.of(0.0, 0.1, 0.2, 0.3);
  private static final int DRAIN_MS = 20_000;

  EchoWorkload() {
    super(
        "echo",
        MESSAGE_BYTES + "-byte request and reply each " + INTERVAL_MS + " ms",
        P99,
        P50,
        MAX,
        LOST,
        AIR);
  }

  @Override
  public List<Case> cases(Plan plan) {
    return onEach(plan.profiles(), "", plan.losses(LOSSES, List.of(0.0, 0.2)));
  }

  @Override
  public Duration expected(Case of, Plan plan) {
    return Duration.ofMillis(3000 + (long) plan.count(1000, 100) * INTERVAL_MS);
  }

  @Override
  public Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException {
    int count = plan.count(1000, 100);
    Series series = measure(stand, "perf.ping", count, Map.of("drainMs", DRAIN_MS));
    return Map.of(
        "p50Ms",
        series.at(0.5),
        "p99Ms",
        series.at(0.99),
        "maxMs",
        series.at(1),
        "lost",
        (double) series.times().missing(),
        "airPerMessage",
        series.airPerMessage());
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    if (metric.equals(LOST)) {
      return Goal.atMost("none", 0, value);
    }
    if (metric.equals(P99)) {
      return tail(of, results, value);
    }
    if (metric.equals(AIR) && (of.loss() == 0 || of.loss() == 0.2)) {
      double times = of.loss() == 0 ? 1.25 : 2;
      return Goal.atMost(
          "at most " + times + " x QUIC's", times * results.bestPeer(of, AIR, "quic"), value);
    }
    return null;
  }

  /** Both the distance from the floor and from the best peer, whichever is harder. */
  private static @Nullable Goal tail(Case of, Results results, double value) {
    double more =
        of.loss() == 0
            ? 0.5
            : of.loss() == 0.1 ? 1.5 : of.loss() == 0.2 ? 2.5 : of.loss() == 0.3 ? 5 : Double.NaN;
    double floor = results.median(of, Contender.UDP, P99.key()) + more * rttMs(of);
    // Without loss a half of the best peer's would be less than the round trip itself.
    double half = of.loss() == 0 ? Double.NaN : results.bestPeer(of, P99) / 2;
    if (Double.isNaN(floor) && Double.isNaN(half)) {
      return null;
    }
    String text =
        String.format(
            Locale.ROOT,
            "%s%s%s",
            Double.isNaN(more) ? "" : String.format(Locale.ROOT, "floor + %.1f RTT", more),
            Double.isNaN(floor) || Double.isNaN(half) ? "" : " and ",
            Double.isNaN(half) ? "" : "half the best peer's");
    double bound = Double.isNaN(floor) ? half : Double.isNaN(half) ? floor : Math.min(floor, half);
    return Goal.atMost(text, bound, value);
  }
}

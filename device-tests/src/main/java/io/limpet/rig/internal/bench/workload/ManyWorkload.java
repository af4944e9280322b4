package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Many full connections of one pair: whether together they get what one gets. */
final class ManyWorkload extends Workload {
  private static final Metric RATIO =
      new Metric("ratio", "sum of all over one connection's goodput", "", 3, true);
  private static final Metric MANY = new Metric("mbitPerSecond", "sum of all", "Mbit/s", 2, true);
  private static final Metric ONE =
      new Metric("oneMbitPerSecond", "one connection alone", "Mbit/s", 2, true);

  private static final Duration RAMP = Duration.ofSeconds(2);

  ManyWorkload() {
    super("many", "concurrent full connections on one link, against one", RATIO, MANY, ONE);
  }

  private static int connections(Plan plan) {
    return Math.min(1000, plan.count(100, 100));
  }

  @Override
  public List<Case> cases(Plan plan) {
    List<Double> losses = plan.losses(List.of(0.0), List.of(0.0));
    return onEach(plan.profiles(), connections(plan) + " connections", losses);
  }

  @Override
  public List<String> contenders(Case of, Plan plan) {
    return plan.everybodyOn(of);
  }

  @Override
  public Duration expected(Case of, Plan plan) {
    return RAMP.plusSeconds(1 + plan.seconds(6, 3)).multipliedBy(2);
  }

  @Override
  public Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException {
    double one = bitsPerSecond(stand, 1, plan);
    Stand.pause(RAMP);
    double many = bitsPerSecond(stand, connections(plan), plan);
    return one == 0
        ? Map.of("mbitPerSecond", many / 1e6, "oneMbitPerSecond", 0.0)
        : Map.of("ratio", many / one, "mbitPerSecond", many / 1e6, "oneMbitPerSecond", one / 1e6);
  }

  private static double bitsPerSecond(Stand stand, int connections, Plan plan)
      throws BenchException {
    int seconds = plan.seconds(6, 3);
    try (Transfer transfer = Transfer.begin(stand.contender(), connections)) {
      // What counts is what all get together, whether or not each has begun.
      long fromNs = transfer.awaitFlows(1).orElse(System.nanoTime()) + RAMP.toNanos();
      long toNs = fromNs + Duration.ofSeconds(seconds).toNanos();
      Transfer.until(toNs);
      return transfer.received().bytesWithin(fromNs, toNs) * 8 / seconds;
    }
  }

  @Override
  public double limit(Metric metric, Case of) {
    return metric.equals(RATIO) ? 1 : Double.NaN;
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    return metric.equals(RATIO)
        ? Goal.atLeast("at least 0.95", 0.95, results.limpet(of, RATIO.key()))
        : null;
  }
}

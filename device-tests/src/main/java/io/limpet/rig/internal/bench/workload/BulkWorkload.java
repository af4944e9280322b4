package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Profile;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connection that is always full: how much of the link it gets, and at what price in air. */
final class BulkWorkload extends Workload {
  private static final Metric SHARE =
      new Metric("share", "goodput as a share of (1 - loss) x rate", "", 3, true);
  private static final Metric GOODPUT = new Metric("mbitPerSecond", "goodput", "Mbit/s", 2, true);
  private static final Metric AIR =
      new Metric("airPerByte", "bytes on the air per byte delivered", "", 2, false);

  private static final List<Double> LOSSES = List.of(0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4);

  BulkWorkload() {
    super("bulk", "one connection that is always full, receiver's bytes", SHARE, GOODPUT, AIR);
  }

  @Override
  public List<Case> cases(Plan plan) {
    return onEach(plan.profiles(), "", plan.losses(LOSSES, List.of(0.0, 0.1, 0.2)));
  }

  @Override
  public List<String> contenders(Case of, Plan plan) {
    return plan.everybody();
  }

  @Override
  public Duration expected(Case of, Plan plan) {
    return Duration.ofSeconds(1 + plan.seconds(8, 3));
  }

  @Override
  public Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException {
    long lengthNs = Duration.ofSeconds(plan.seconds(8, 3)).toNanos();
    long airBefore = stand.bytesOnAir();
    try (Transfer transfer = Transfer.begin(stand.contender(), 1)) {
      Optional<Long> first = transfer.awaitFlows(1);
      if (first.isEmpty()) {
        return Map.of("share", 0.0, "mbitPerSecond", 0.0);
      }
      long endNs = first.get() + lengthNs;
      Transfer.until(endNs);
      long air = stand.bytesOnAir() - airBefore;
      double bytes = transfer.received().bytesWithin(first.get(), endNs);
      double bitsPerSecond = bytes * 8e9 / lengthNs;
      double capacity = (1 - of.loss()) * Profile.of(of.profile()).rateBitsPerSecond();
      return bytes == 0
          ? Map.of("share", 0.0, "mbitPerSecond", 0.0)
          : Map.of(
              "share",
              bitsPerSecond / capacity,
              "mbitPerSecond",
              bitsPerSecond / 1e6,
              "airPerByte",
              air / bytes);
    }
  }

  @Override
  public double limit(Metric metric, Case of) {
    double capacity = (1 - of.loss()) * Profile.of(of.profile()).rateBitsPerSecond();
    return switch (metric.key()) {
      case "share" -> Profile.PAYLOAD_SHARE;
      case "mbitPerSecond" -> Profile.PAYLOAD_SHARE * capacity / 1e6;
      default -> 1 / (Profile.PAYLOAD_SHARE * (1 - of.loss()));
    };
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    if (metric.equals(SHARE) && of.loss() <= 0.4) {
      double bound = of.loss() <= 0.2 ? 0.88 : of.loss() <= 0.3 ? 0.85 : 0.75;
      return Goal.atLeast("at least " + bound, bound, value);
    }
    if (metric.equals(AIR) && of.loss() <= 0.3) {
      return Goal.atMost("at most 1.10 x the limit", 1.1 * limit(metric, of), value);
    }
    return null;
  }
}

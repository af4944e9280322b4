package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Processes;
import io.limpet.rig.internal.bench.stand.Profile;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Many connections with nothing to say: what they cost a node in memory. */
final class IdleWorkload extends Workload {
  private static final Metric RESIDENT =
      new Metric("residentMegabytes", "resident memory of the larger node", "MB", 0, false);
  private static final Metric BEFORE =
      new Metric("beforeMegabytes", "the same before", "MB", 0, false);
  private static final Metric MISSING = new Metric("missing", "not opened", "", 0, false);
  private static final Metric SECONDS = new Metric("seconds", "until all were open", "s", 1, false);

  private static final Duration SETTLE = Duration.ofSeconds(5);

  IdleWorkload() {
    super("idle", "idle connections of one pair of nodes", RESIDENT, BEFORE, MISSING, SECONDS);
  }

  private static int connections(Plan plan) {
    return Math.min(16_000, plan.count(10_000, 1000));
  }

  @Override
  public List<Case> cases(Plan plan) {
    return List.of(new Case(name(), connections(plan) + " connections", Profile.A.name(), 0));
  }

  @Override
  public List<String> contenders(Case of, Plan plan) {
    return List.of(Contender.LIMPET);
  }

  /** A node that has just been carrying bulk keeps memory that has nothing to do with this. */
  @Override
  public Ground ground(Case of, String contender) {
    return new Ground(List.of(contender), true, false);
  }

  @Override
  public boolean alone(Case of) {
    return true;
  }

  @Override
  public Duration expected(Case of, Plan plan) {
    return SETTLE.plusSeconds(12 + connections(plan) / 500);
  }

  @Override
  public Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException {
    Contender contender = stand.contender();
    Map<String, Double> values = new HashMap<>();
    values.put("beforeMegabytes", residentMegabytes(contender));
    int count = connections(plan);
    var answer =
        contender.measure(
            "perf.hold",
            Map.of("count", count, "holdMs", SETTLE.multipliedBy(2).toMillis()),
            opened -> {
              Stand.pause(SETTLE);
              try {
                values.put("residentMegabytes", residentMegabytes(contender));
              } catch (BenchException e) {
                values.remove("residentMegabytes");
              }
            });
    values.put("missing", (double) count - answer.path("opened").asInt());
    values.put("seconds", answer.path("ms").asDouble() / 1e3);
    return values;
  }

  private static double residentMegabytes(Contender contender) throws BenchException {
    return Math.max(
            Processes.residentBytes(contender.senderPid()),
            Processes.residentBytes(contender.receiverPid()))
        / 1e6;
  }

  @Override
  public double limit(Metric metric, Case of) {
    return metric.equals(MISSING) ? 0 : Double.NaN;
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    if (metric.equals(RESIDENT)) {
      return Goal.atMost("under 200 MB", 200, value);
    }
    return metric.equals(MISSING) ? Goal.atMost("none", 0, value) : null;
  }
}

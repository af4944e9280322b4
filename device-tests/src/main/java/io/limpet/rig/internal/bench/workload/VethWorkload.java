package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Processes;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** No medium between, only a veth pair: how fast the programs are, and at what cost. */
final class VethWorkload extends Workload {
  private static final Metric GOODPUT = new Metric("mbitPerSecond", "goodput", "Mbit/s", 0, true);
  private static final Metric CPU =
      new Metric("cpuSecondsPerGigabyte", "CPU seconds per GB, both sides", "s", 2, false);

  private static final String NO_MEDIUM = "veth";
  private static final Duration RAMP = Duration.ofSeconds(2);

  VethWorkload() {
    super("veth", "one full connection over a plain veth pair", GOODPUT, CPU);
  }

  @Override
  public List<Case> cases(Plan plan) {
    return List.of(new Case(name(), "no medium", NO_MEDIUM, 0));
  }

  @Override
  public List<String> contenders(Case of, Plan plan) {
    return plan.everybody();
  }

  @Override
  public Ground ground(Case of, String contender) {
    return new Ground(List.of(contender), false, true);
  }

  @Override
  public Duration expected(Case of, Plan plan) {
    return RAMP.plusSeconds(2 + plan.seconds(6, 3));
  }

  @Override
  public Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException {
    Contender contender = stand.contender();
    int seconds = plan.seconds(6, 3);
    try (Transfer transfer = Transfer.begin(contender, 1)) {
      long fromNs = transfer.awaitFlows(1).orElse(System.nanoTime()) + RAMP.toNanos();
      Transfer.until(fromNs);
      double cpuBefore = cpu(contender);
      long toNs = fromNs + Duration.ofSeconds(seconds).toNanos();
      Transfer.until(toNs);
      double cpuSeconds = cpu(contender) - cpuBefore;
      double bytes = transfer.received().bytesWithin(fromNs, toNs);
      return bytes == 0
          ? Map.of("mbitPerSecond", 0.0)
          : Map.of(
              "mbitPerSecond",
              bytes * 8 / seconds / 1e6,
              "cpuSecondsPerGigabyte",
              cpuSeconds / (bytes / 1e9));
    }
  }

  private static double cpu(Contender contender) throws BenchException {
    return Processes.cpuSeconds(contender.senderPid())
        + Processes.cpuSeconds(contender.receiverPid());
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    double quic = results.bestPeer(of, metric, "quic");
    return metric.equals(GOODPUT)
        ? Goal.atLeast("at least 1.5 x QUIC's", 1.5 * quic, value)
        : Goal.atMost("at most 0.7 x QUIC's", 0.7 * quic, value);
  }
}

package io.limpet.rig.internal.bench.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Profile;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What one full connection does to everybody else's round trips. */
final class QueueWorkload extends Workload {
  private static final Metric ADDED =
      new Metric("addedMs", "queueing delay added, median", "ms", 1, false);
  private static final Metric PING =
      new Metric("pingP99Ms", "bare ping beside it, p99", "ms", 1, false);
  private static final Metric OWN =
      new Metric("ownP99Ms", "echo of its own beside it, p99", "ms", 1, false);
  private static final Metric GOODPUT =
      new Metric("mbitPerSecond", "goodput meanwhile", "Mbit/s", 2, true);

  private static final Duration RAMP = Duration.ofSeconds(2);
  private static final int BASE_COUNT = 50;

  QueueWorkload() {
    super("queue", "one full connection, and pings beside it", ADDED, PING, OWN, GOODPUT);
  }

  @Override
  public List<Case> cases(Plan plan) {
    return onEach(plan.profiles(), "", plan.losses(List.of(0.0), List.of(0.0)));
  }

  @Override
  public List<String> contenders(Case of, Plan plan) {
    return plan.everybody();
  }

  @Override
  public Ground ground(Case of, String contender) {
    return Ground.medium(contender, Contender.UDP);
  }

  @Override
  public Duration expected(Case of, Plan plan) {
    return Duration.ofSeconds(5 + plan.seconds(6, 3));
  }

  @Override
  public Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException {
    Contender contender = stand.contender();
    Contender udp = stand.contenders().get(1);
    int seconds = plan.seconds(6, 3);
    double base =
        Percentiles.of(
                udp.measure("perf.ping", series(BASE_COUNT, 10)).path("samplesMs"), BASE_COUNT)
            .ofThoseThatCame(0);
    try (Transfer transfer = Transfer.begin(contender, 1)) {
      long startNs = transfer.awaitFlows(1).orElse(System.nanoTime()) + RAMP.toNanos();
      Transfer.until(startNs);
      CompletableFuture<JsonNode> own = contender.begin("perf.ping", series(seconds * 20, 50));
      int pings = seconds * 50;
      Percentiles bare =
          Percentiles.of(udp.measure("perf.ping", series(pings, 20)).path("samplesMs"), pings);
      long endNs = startNs + Duration.ofSeconds(seconds).toNanos();
      double bytes = transfer.received().bytesWithin(startNs, endNs);
      Percentiles beside = Percentiles.of(join(own).path("samplesMs"), seconds * 20);
      return Map.of(
          "addedMs",
          Math.max(0, bare.ofThoseThatCame(0.5) - base),
          "pingP99Ms",
          bare.ofThoseThatCame(0.99),
          "ownP99Ms",
          beside.at(0.99),
          "mbitPerSecond",
          bytes * 8 / seconds / 1e6);
    }
  }

  private static JsonNode join(CompletableFuture<JsonNode> answer) throws BenchException {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw new BenchException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Map<String, Object> series(int count, int intervalMs) {
    return Map.of(
        "count", count, "size", 200, "intervalMs", intervalMs, "drainMs", 2000, "samples", true);
  }

  @Override
  public double limit(Metric metric, Case of) {
    return switch (metric.key()) {
      case "addedMs" -> 0;
      case "mbitPerSecond" ->
          Profile.PAYLOAD_SHARE
              * (1 - of.loss())
              * Profile.of(of.profile()).rateBitsPerSecond()
              / 1e6;
      default -> rttMs(of);
    };
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    if (metric.equals(ADDED)) {
      return Goal.atMost("at most 1 RTT", rttMs(of), value);
    }
    return metric.equals(GOODPUT) || of.loss() > 0
        ? null
        : Goal.atMost("at most 3 RTT", 3 * rttMs(of), value);
  }
}

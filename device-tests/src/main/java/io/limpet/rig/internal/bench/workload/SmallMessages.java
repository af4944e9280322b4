package io.limpet.rig.internal.bench.workload;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Stand;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Small messages at a steady pace, each timed, on all contenders at once and on the floor. */
abstract class SmallMessages extends Workload {
  static final int MESSAGE_BYTES = 200;
  static final int INTERVAL_MS = 50;

  SmallMessages(String name, String title, Metric... metrics) {
    super(name, title, metrics);
  }

  @Override
  public final List<String> contenders(Case of, Plan plan) {
    return plan.everybodyAndFloor();
  }

  @Override
  public final boolean together() {
    return true;
  }

  /** What a series gave: its times, and the bytes on the air for each message. */
  record Series(Percentiles times, boolean floor, double airPerMessage) {
    /** Returns a nearest rank; of the floor only what came back counts. */
    double at(double share) {
      return floor ? times.ofThoseThatCame(share) : times.at(share);
    }
  }

  /**
   * Measures a series.
   *
   * @param command for those that carry connections; the floor is always a ping
   * @param more arguments of that command
   */
  static Series measure(Stand stand, String command, int count, Map<String, ?> more)
      throws BenchException {
    boolean floor = stand.contender().name().equals(Contender.UDP);
    Map<String, Object> args = new HashMap<>(more);
    args.put("count", count);
    args.put("size", MESSAGE_BYTES);
    args.put("intervalMs", INTERVAL_MS);
    args.put("samples", true);
    if (floor) {
      args.put("drainMs", 1000);
    }
    long airBefore = stand.bytesOnAir();
    JsonNode answer = stand.contender().measure(floor ? "perf.ping" : command, args);
    double air = stand.bytesOnAir() - airBefore;
    return new Series(Percentiles.of(answer.path("samplesMs"), count), floor, air / count);
  }

  @Override
  public final double limit(Metric metric, Case of) {
    return switch (metric.key()) {
      case "p99Ms" -> rttMs(of) * Ideal.roundTrips(of.loss(), 0.99);
      case "p50Ms" -> rttMs(of) * Ideal.roundTrips(of.loss(), 0.5);
      case "lost", "failed" -> 0;
      default -> Double.NaN;
    };
  }
}

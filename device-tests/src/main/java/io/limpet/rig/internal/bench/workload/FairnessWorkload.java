package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How several full connections share a link. */
final class FairnessWorkload extends Workload {
  private static final Metric JAIN = new Metric("jain", "Jain's index", "", 3, true);
  private static final Metric SHARE = new Metric("share", "share of what both get", "", 2, true);
  private static final Metric TOTAL =
      new Metric("mbitPerSecond", "goodput of all together", "Mbit/s", 2, true);

  private static final String CONNECTIONS = "4 connections";
  private static final String PAIRS = "4 pairs of nodes";
  private static final String BESIDE = "beside tcp-cubic";
  private static final String CUBIC = "tcp-cubic";
  private static final int FLOWS = 4;
  private static final Duration STAGGER = Duration.ofSeconds(1);

  FairnessWorkload() {
    super("fairness", "several full connections on one link, after 10 s", JAIN, SHARE, TOTAL);
  }

  private static Duration settling(Plan plan) {
    return Duration.ofSeconds(plan.quick() ? 3 : 10);
  }

  private static int seconds(Plan plan) {
    return plan.seconds(6, 3);
  }

  @Override
  public List<Case> cases(Plan plan) {
    List<Case> cases = new ArrayList<>();
    List<Double> losses = plan.losses(List.of(0.0, 0.1), List.of(0.0));
    cases.addAll(onEach(plan.profiles(), CONNECTIONS, losses));
    cases.addAll(onEach(plan.profiles(), PAIRS, losses));
    cases.addAll(onEach(plan.profiles(), BESIDE, List.of(0.0)));
    return cases;
  }

  @Override
  public List<String> contenders(Case of, Plan plan) {
    List<String> all = plan.everybodyOn(of);
    if (of.variant().equals(BESIDE)) {
      all.remove(CUBIC);
    }
    return of.variant().equals(PAIRS) ? List.of(Contender.LIMPET) : all;
  }

  /**
   * Four pairs of nodes are eight processes in the two devices: they share the sending device's
   * radio with its one queue, as four laptops behind one bottleneck would.
   */
  @Override
  public Ground ground(Case of, String contender) {
    return switch (of.variant()) {
      case PAIRS -> new Ground(Collections.nCopies(FLOWS, contender), true, true);
      case BESIDE -> Ground.medium(contender, CUBIC);
      default -> Ground.medium(contender);
    };
  }

  @Override
  public Duration expected(Case of, Plan plan) {
    Duration all = settling(plan).plusSeconds(2 + seconds(plan));
    return of.variant().equals(PAIRS) ? all.plusSeconds(15) : all;
  }

  @Override
  public Map<String, Double> measure(Stand stand, Case of, Plan plan, long seed)
      throws BenchException {
    boolean together = of.variant().equals(CONNECTIONS);
    List<Transfer> transfers = new ArrayList<>();
    try {
      long lastNs = System.nanoTime();
      for (Contender contender : stand.contenders()) {
        Transfer transfer = Transfer.begin(contender, together ? FLOWS : 1);
        transfers.add(transfer);
        lastNs = transfer.awaitFlows(together ? FLOWS : 1).orElse(System.nanoTime());
        Stand.pause(together ? Duration.ZERO : STAGGER);
      }
      long fromNs = lastNs + settling(plan).toNanos();
      long toNs = fromNs + Duration.ofSeconds(seconds(plan)).toNanos();
      Transfer.until(toNs);
      List<Double> bytes = new ArrayList<>();
      for (Transfer transfer : transfers) {
        transfer.received().all().forEach(flow -> bytes.add(flow.bytesWithin(fromNs, toNs)));
      }
      return values(of, bytes, seconds(plan));
    } finally {
      for (Transfer transfer : transfers) {
        transfer.close();
      }
    }
  }

  private static Map<String, Double> values(Case of, List<Double> bytes, int seconds) {
    double sum = bytes.stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Double> values = new HashMap<>();
    values.put("mbitPerSecond", sum * 8 / seconds / 1e6);
    if (of.variant().equals(BESIDE)) {
      values.put("share", sum == 0 ? Double.NaN : bytes.get(0) / sum);
    } else {
      values.put("jain", jain(bytes, FLOWS));
    }
    return values;
  }

  /** Jain's index: 1 when all get the same, 1/n when one gets all. */
  static double jain(List<Double> bytes, int flows) {
    double sum = bytes.stream().mapToDouble(Double::doubleValue).sum();
    double squares = bytes.stream().mapToDouble(b -> b * b).sum();
    return squares == 0 ? 0 : sum * sum / (flows * squares);
  }

  @Override
  public double limit(Metric metric, Case of) {
    return switch (metric.key()) {
      case "jain" -> of.variant().equals(BESIDE) ? Double.NaN : 1;
      case "share" -> of.variant().equals(BESIDE) ? 0.5 : Double.NaN;
      default -> Double.NaN;
    };
  }

  @Override
  public @Nullable Goal goal(Metric metric, Case of, Results results) {
    double value = results.limpet(of, metric.key());
    if (metric.equals(JAIN) && !of.variant().equals(BESIDE)) {
      return Goal.atLeast("at least 0.95", 0.95, value);
    }
    if (metric.equals(SHARE) && of.variant().equals(BESIDE)) {
      return value > 0.5
          ? Goal.atMost("0.25 to 0.75", 0.75, value)
          : Goal.atLeast("0.25 to 0.75", 0.25, value);
    }
    return null;
  }
}

package io.limpet.rig.internal.bench.link;

import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** How a fault is measured on two nodes that reach each other: streams run while it strikes. */
final class LimpetTrial {
  /** Messages that must have arrived each way before. */
  static final int FLOWING = 25;

  private static final Duration BEFORE = Duration.ofSeconds(10);

  /** The streams are watched at least so long: a second pause may follow the first. */
  private static final Duration WATCHED = Duration.ofSeconds(2);

  private LimpetTrial() {}

  static Map<Figure, Double> measure(Fault fault, LimpetPair pair) throws BenchException {
    Ground ground = pair.ground();
    TwoWay streams = TwoWay.begin(pair);
    streams.await(FLOWING, BEFORE);
    fault.prepare(ground);
    Marks marks = Marks.of(pair);
    long casualties = fault.casualties(ground);
    Strike strike = fault.strike(ground);
    double repairedMs = fault.repairedMs(pair, strike, marks);
    long untilNs = watch(strike);
    if (fault.casualties(ground) <= casualties) {
      throw new BenchException("the fault has swallowed nothing, so it has not struck");
    }
    double pauseMs = streams.pauseMs(strike, untilNs);
    double firstMs = streams.firstMs(strike);
    streams.end();
    fault.restore(ground);
    Map<Figure, Double> found = new EnumMap<>(Figure.class);
    found.put(Figure.FIRST, Double.isNaN(firstMs) ? Double.POSITIVE_INFINITY : firstMs);
    found.put(Figure.PAUSE, pauseMs);
    if (!Double.isNaN(repairedMs)) {
      found.put(Figure.REPAIRED, repairedMs);
    }
    return found;
  }

  private static long watch(Strike strike) {
    long restNs = strike.effectiveNs() + WATCHED.toNanos() - System.nanoTime();
    if (restNs > 0) {
      Stand.pause(Duration.ofNanos(restNs));
    }
    return System.nanoTime();
  }
}

package io.limpet.rig.internal.bench.link;

import io.limpet.node.internal.perf.StreamLog.Arrivals;

/** Reads from what a receiving application got when what had stopped it. */
final class Pauses {
  private static final double NANOS_PER_MS = 1e6;

  private Pauses() {}

  /**
   * Returns how long after a fault the first message was received that was sent after it, in
   * milliseconds; not a number when none was.
   */
  static double firstMs(Arrivals arrivals, Strike strike) {
    for (int i = 0; i < arrivals.sentNs().size(); i++) {
      if (arrivals.sentNs().get(i) - strike.effectiveNs() >= 0) {
        return (arrivals.arrivedNs().get(i) - strike.effectiveNs()) / NANOS_PER_MS;
      }
    }
    return Double.NaN;
  }

  /**
   * Returns the longest time without a message between a fault and another moment, in milliseconds:
   * the time before the fault does not count, the time until that moment does.
   */
  static double longestMs(Arrivals arrivals, Strike strike, long untilNs) {
    long lastNs = strike.beganNs();
    long longestNs = 0;
    for (long arrivedNs : arrivals.arrivedNs()) {
      if (arrivedNs - lastNs > 0 && arrivedNs - untilNs <= 0) {
        longestNs = Math.max(longestNs, arrivedNs - lastNs);
        lastNs = arrivedNs;
      }
    }
    return Math.max(longestNs, untilNs - lastNs) / NANOS_PER_MS;
  }
}

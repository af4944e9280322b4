package io.limpet.rig.internal.medium;

import io.limpet.rig.Lateness;
import java.time.Duration;

/**
 * Counts how late deliveries are, in classes of which each is an eighth wider than the one before.
 */
final class LatenessMeter {
  private static final int SUB_BITS = 3;
  private static final int CLASSES = 64 << SUB_BITS;

  private final long[] counts = new long[CLASSES];
  private long total;
  private long maximumNs;

  void record(long latenessNs) {
    long ns = Math.max(0, latenessNs);
    counts[classOf(ns)]++;
    total++;
    maximumNs = Math.max(maximumNs, ns);
  }

  Lateness snapshot() {
    return new Lateness(total, quantile(0.5), quantile(0.99), Duration.ofNanos(maximumNs));
  }

  private Duration quantile(double share) {
    long wanted = (long) Math.ceil(total * share);
    long seen = 0;
    for (int i = 0; i < CLASSES; i++) {
      seen += counts[i];
      if (seen >= wanted && counts[i] > 0) {
        return Duration.ofNanos(Math.min(maximumNs, upperBoundNs(i)));
      }
    }
    return Duration.ZERO;
  }

  // The position of the highest bit, and the three bits below it.
  private static int classOf(long ns) {
    if (ns < 1 << SUB_BITS) {
      return (int) ns;
    }
    int shift = 63 - Long.numberOfLeadingZeros(ns) - SUB_BITS;
    return ((shift + 1) << SUB_BITS) + (int) ((ns >>> shift) & ((1 << SUB_BITS) - 1));
  }

  private static long upperBoundNs(int index) {
    int group = index >>> SUB_BITS;
    long sub = index & ((1 << SUB_BITS) - 1);
    return group == 0 ? sub : (((1L << SUB_BITS) + sub + 1) << (group - 1)) - 1;
  }
}

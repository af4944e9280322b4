package io.limpet.node.internal.perf;

import java.util.Arrays;
import java.util.List;

/**
 * Milliseconds at the usual percentiles (nearest rank). A value.
 *
 * @param min the smallest
 * @param p50 half are at most this
 * @param p90 nine of ten are at most this
 * @param p99 ninety-nine of a hundred are at most this
 * @param max the largest
 */
public record Distribution(double min, double p50, double p90, double p99, double max) {

  /** Computes it from nanoseconds; all zero when there are none. */
  public static Distribution ofNanos(long[] nanos) {
    if (nanos.length == 0) {
      return new Distribution(0, 0, 0, 0, 0);
    }
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Distribution(
        ms(sorted[0]),
        ms(rank(sorted, 0.50)),
        ms(rank(sorted, 0.90)),
        ms(rank(sorted, 0.99)),
        ms(sorted[sorted.length - 1]));
  }

  /** Converts nanoseconds to milliseconds, in their order. */
  static List<Double> millis(long[] nanos) {
    return Arrays.stream(nanos).mapToDouble(Distribution::ms).boxed().toList();
  }

  private static long rank(long[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  private static double ms(long nanos) {
    return Math.round(nanos / 1_000.0) / 1_000.0;
  }
}

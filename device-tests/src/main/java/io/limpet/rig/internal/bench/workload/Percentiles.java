package io.limpet.rig.internal.bench.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/** The times of a series, those that never came counting as without end. A value. */
record Percentiles(double[] sortedMs, int total) {
  /** Reads the samples of an answer. */
  static Percentiles of(JsonNode samples, int total) {
    double[] times = new double[samples.size()];
    for (int i = 0; i < times.length; i++) {
      times[i] = samples.get(i).asDouble();
    }
    Arrays.sort(times);
    return new Percentiles(times, total);
  }

  /** Returns the nearest rank among all, infinity if that one never came. */
  double at(double share) {
    return rank(share, total);
  }

  /** Returns the nearest rank among those that came, not a number if none did. */
  double ofThoseThatCame(double share) {
    return sortedMs.length == 0 ? Double.NaN : rank(share, sortedMs.length);
  }

  int missing() {
    return total - sortedMs.length;
  }

  private double rank(double share, int among) {
    int rank = Math.max(0, (int) Math.ceil(share * among) - 1);
    return rank < sortedMs.length ? sortedMs[rank] : Double.POSITIVE_INFINITY;
  }
}

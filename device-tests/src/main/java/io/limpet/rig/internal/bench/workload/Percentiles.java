package io.limpet.rig.internal.bench.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The times of a series, those that never came counting as without end. A value. */
record Percentiles(List<Double> sortedMs, int total) {
  /** Reads the samples of an answer. */
  static Percentiles of(JsonNode samples, int total) {
    List<Double> times = new ArrayList<>();
    samples.forEach(sample -> times.add(sample.asDouble()));
    Collections.sort(times);
    return new Percentiles(times, total);
  }

  /** Returns the nearest rank among all, infinity if that one never came. */
  double at(double share) {
    return rank(share, total);
  }

  /** Returns the nearest rank among those that came, not a number if none did. */
  double ofThoseThatCame(double share) {
    return sortedMs.isEmpty() ? Double.NaN : rank(share, sortedMs.size());
  }

  int missing() {
    return total - sortedMs.size();
  }

  private double rank(double share, int among) {
    int rank = Math.max(0, (int) Math.ceil(share * among) - 1);
    return rank < sortedMs.size() ? sortedMs.get(rank) : Double.POSITIVE_INFINITY;
  }
}

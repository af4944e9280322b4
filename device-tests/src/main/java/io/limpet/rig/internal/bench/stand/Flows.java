package io.limpet.rig.internal.bench.stand;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a receiving side received, flow by flow. Times are {@code System.nanoTime} of this machine,
 * which all its processes share. A value.
 */
public record Flows(List<Flow> all) {
  private static final double NANOS_PER_MS = 1e6;

  /**
   * One flow.
   *
   * @param firstNs when its first byte was received
   * @param lastNs when its last one was, so far
   * @param bytes how many there were
   * @param gapStartNs when the longest time without a byte began
   * @param gapEndNs and when it ended
   * @param binNs width of a bin
   * @param bins bytes received in each bin from the first byte on
   */
  public record Flow(
      long firstNs,
      long lastNs,
      long bytes,
      long gapStartNs,
      long gapEndNs,
      long binNs,
      List<Long> bins) {

    /** Returns the bytes received within a time, to the width of a bin. */
    public double bytesWithin(long fromNs, long toNs) {
      double sum = 0;
      for (int i = 0; i < bins.size(); i++) {
        long start = firstNs + i * binNs;
        long overlap = Math.min(toNs, start + binNs) - Math.max(fromNs, start);
        sum += overlap <= 0 ? 0 : bins.get(i) * ((double) overlap / binNs);
      }
      return sum;
    }
  }

  /** Keeps its own copy. */
  public Flows {
    all = List.copyOf(all);
  }

  static Flows of(JsonNode json) {
    List<Flow> flows = new ArrayList<>();
    for (JsonNode flow : json) {
      List<Long> bins = new ArrayList<>();
      flow.path("bins").forEach(bin -> bins.add(bin.asLong()));
      flows.add(
          new Flow(
              flow.path("firstNs").asLong(),
              flow.path("lastNs").asLong(),
              flow.path("bytes").asLong(),
              flow.path("gapStartNs").asLong(),
              flow.path("gapEndNs").asLong(),
              Math.round(flow.path("binMs").asInt() * NANOS_PER_MS),
              bins));
    }
    return new Flows(flows);
  }

  /** Returns the bytes of all flows received within a time. */
  public double bytesWithin(long fromNs, long toNs) {
    return all.stream().mapToDouble(flow -> flow.bytesWithin(fromNs, toNs)).sum();
  }

  /** Returns when the first byte of any flow was received; there must be one. */
  public long firstNs() {
    return all.stream().mapToLong(Flow::firstNs).reduce((a, b) -> a - b < 0 ? a : b).orElseThrow();
  }
}

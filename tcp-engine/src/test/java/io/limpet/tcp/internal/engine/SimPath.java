package io.limpet.tcp.internal.engine;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * One direction of a simulated path: a drop-tail queue before a bottleneck, then a wire with delay,
 * loss, reordering and duplication. All from one seed.
 */
final class SimPath {
  /** Bytes of lower headers that each segment costs on the air: 126 less TCP's own 32. */
  static final int OVERHEAD_BYTES = 94;

  private final RandomGenerator random;
  double bytesPerNs = Double.MAX_VALUE;
  long queueBytes = Long.MAX_VALUE;
  long delayNs;
  long jitterNs;
  double loss;
  double duplicate;
  double reorder;
  long reorderNs;
  boolean cut;

  /** Segments of more bytes vanish: a black hole. */
  int mtuBytes = Integer.MAX_VALUE;

  long tooLarge;
  double backlogUntilNs = Double.NEGATIVE_INFINITY;
  long segments;
  long dropped;
  long overflowed;
  long airBytes;

  SimPath(RandomGenerator random) {
    this.random = random;
  }

  static SimPath of(RandomGenerator random, double mbitPerSecond, long delayNs) {
    SimPath path = new SimPath(random);
    path.bytesPerNs = mbitPerSecond / 8e3;
    path.delayNs = delayNs;
    path.queueBytes = (long) Math.max(64 << 10, 2 * path.bytesPerNs * 2 * delayNs);
    return path;
  }

  /** Takes a segment; calls back with each arrival time, never, once or twice. */
  void send(long nowNs, ByteBuffer segment, java.util.function.LongConsumer arrivals) {
    segments++;
    int size = segment.remaining() + OVERHEAD_BYTES;
    double start = Math.max((double) nowNs, backlogUntilNs);
    if ((start - nowNs) * bytesPerNs + size > queueBytes) {
      overflowed++;
      return;
    }
    airBytes += size;
    backlogUntilNs = start + size / bytesPerNs;
    if (segment.remaining() > mtuBytes) {
      tooLarge++;
      return;
    }
    if (cut || random.nextDouble() < loss) {
      dropped++;
      return;
    }
    long arrival = (long) Math.ceil(backlogUntilNs) + delayNs;
    if (jitterNs > 0) {
      arrival += random.nextLong(jitterNs);
    }
    if (reorder > 0 && random.nextDouble() < reorder) {
      arrival += random.nextLong(Math.max(1, reorderNs));
    }
    arrivals.accept(arrival);
    if (duplicate > 0 && random.nextDouble() < duplicate) {
      arrivals.accept(arrival + random.nextLong(2_000_000));
    }
  }
}

package io.limpet.tcp.internal.engine;

import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * One direction of a simulated path: a drop-tail queue before a bottleneck, then a wire with delay,
 * loss, damage, reordering and duplication. All from one seed; what is not set draws no numbers.
 */
final class SimPath {
  /** Bytes of lower headers that each segment costs on the air: 126 less TCP's own 32. */
  static final int OVERHEAD_BYTES = 94;

  /** Takes what comes out at the other end. */
  interface Arrivals {
    void arrive(long atNs, byte[] segment, boolean damaged);
  }

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

  /** Losses that come in crowds. */
  GilbertElliott bursts = GilbertElliott.NONE;

  /** Segments that arrive other than they were sent. */
  double damage;

  /** Segments of more bytes vanish: a black hole. */
  int mtuBytes = Integer.MAX_VALUE;

  /** Something on the way that knows TCP, and changes requests. */
  OptionStripper middlebox = OptionStripper.NONE;

  /** Hears how long each segment waited in the queue. */
  LongConsumer queueing = waitedNs -> {};

  /** The largest segment that was ever sent. */
  int largestBytes;

  long tooLarge;
  double backlogUntilNs = Double.NEGATIVE_INFINITY;
  long segments;
  long dropped;
  long overflowed;
  long damaged;
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

  /** Takes a segment; calls back with each arrival, never, once or twice. */
  void send(long nowNs, byte[] segment, Arrivals arrivals) {
    segments++;
    largestBytes = Math.max(largestBytes, segment.length);
    int size = segment.length + OVERHEAD_BYTES;
    double start = Math.max((double) nowNs, backlogUntilNs);
    if ((start - nowNs) * bytesPerNs + size > queueBytes) {
      overflowed++;
      return;
    }
    queueing.accept((long) (start - nowNs));
    airBytes += size;
    backlogUntilNs = start + size / bytesPerNs;
    if (segment.length > mtuBytes) {
      tooLarge++;
      return;
    }
    if (cut || random.nextDouble() < loss || bursts.loses(random)) {
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
    byte[] carried = middlebox.pass(segment);
    boolean damages = damage > 0 && random.nextDouble() < damage;
    damaged += damages ? 1 : 0;
    arrivals.arrive(arrival, damages ? Damage.of(carried, random) : carried, damages);
    if (duplicate > 0 && random.nextDouble() < duplicate) {
      arrivals.arrive(arrival + random.nextLong(2_000_000), carried, false);
    }
  }
}

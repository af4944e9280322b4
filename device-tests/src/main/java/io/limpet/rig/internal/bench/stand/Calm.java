package io.limpet.rig.internal.bench.stand;

import java.time.Duration;

/**
 * Waits until the machine has time: programs that have just been started are busy with their start,
 * and that is not what is to be measured.
 */
public final class Calm {
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final double BUSY = 0.5;

  /** One look alone might fall between two that work in turn. */
  private static final int LOOKS = 3;

  private Calm() {}

  /** Waits until less than half of the processors' time is taken, or the time is up. */
  public static void await(Duration atMost) {
    long startNs = System.nanoTime();
    ProcessorTime before = ProcessorTime.now();
    int calm = 0;
    while (calm < LOOKS && System.nanoTime() - startNs < atMost.toNanos()) {
      Stand.pause(LOOK_EVERY);
      ProcessorTime now = ProcessorTime.now();
      calm = now.busySince(before) < BUSY ? calm + 1 : 0;
      before = now;
    }
  }
}

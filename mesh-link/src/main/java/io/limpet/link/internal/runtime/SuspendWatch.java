package io.limpet.link.internal.runtime;

/**
 * Notices that this process did not run: stopped, starved, or asleep with the whole machine. It
 * expects to be called every {@link #TICK_NS}; what is missing is the time of the suspension.
 * Sans-IO; not thread-safe.
 */
final class SuspendWatch {
  /** How often it wants to be called. */
  static final long TICK_NS = 500_000_000L;

  /** Shorter than this is a busy machine, which the link's own patience survives. */
  private static final long SUSPENDED_NS = 2_000_000_000L;

  private long lastNs;
  private long lastSleptNs;

  /**
   * Begins to watch.
   *
   * @param sleptNs how long the machine has slept; only its growth counts
   */
  SuspendWatch(long nowNs, long sleptNs) {
    lastNs = nowNs;
    lastSleptNs = sleptNs;
  }

  /** Says whether so much time has passed that {@link #onTick} must be called before all else. */
  boolean isOverdue(long nowNs) {
    return nowNs - lastNs > TICK_NS + SUSPENDED_NS;
  }

  /** Returns for how long nothing ran, in nanoseconds, or 0 when all is as it should be. */
  long onTick(long nowNs, long sleptNs) {
    long stoppedNs = Math.max(0, nowNs - lastNs - TICK_NS);
    long asleepNs = Math.max(0, sleptNs - lastSleptNs);
    lastNs = nowNs;
    lastSleptNs = sleptNs;
    long missingNs = stoppedNs + asleepNs;
    return missingNs > SUSPENDED_NS ? missingNs : 0;
  }
}

package io.limpet.tcp.internal.cc;

/**
 * What one round trip's worth of acknowledgements showed. A round ends when something that was sent
 * after its start is delivered. Not thread-safe.
 */
final class Round {
  private static final long MIN_NS = 10_000_000L;

  private long endDelivered;
  private long startNs;
  private boolean started;
  long deliveredBytes;
  long lostBytes;
  long minRttNs;
  long maxInFlight;
  boolean isAppLimited;

  Round() {
    clear();
  }

  void add(RateSample sample) {
    deliveredBytes += sample.ackedSackedBytes;
    lostBytes += sample.newlyLostBytes;
    if (sample.rttNs > 0) {
      minRttNs = Math.min(minRttNs, sample.rttNs);
    }
    isAppLimited |= sample.intervalNs > 0 && sample.isAppLimited;
  }

  /** Says whether the round is over; where round trips are very short several make one. */
  boolean isOver(RateSample sample, long floorNs) {
    if (!started) {
      begin(sample);
      return false;
    }
    return sample.priorDelivered >= endDelivered
        && sample.nowNs - startNs >= Math.min(MIN_NS, 4 * floorNs);
  }

  /** Begins the next round with everything that is sent from now on. */
  void begin(RateSample sample) {
    started = true;
    startNs = sample.nowNs;
    endDelivered = sample.totalDelivered;
    clear();
  }

  private void clear() {
    deliveredBytes = 0;
    lostBytes = 0;
    minRttNs = Long.MAX_VALUE;
    maxInFlight = 0;
    isAppLimited = false;
  }

  boolean hasRtt() {
    return minRttNs != Long.MAX_VALUE;
  }
}

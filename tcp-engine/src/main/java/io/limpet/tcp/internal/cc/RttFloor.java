package io.limpet.tcp.internal.cc;

/**
 * The round trip of the path without any queue, and when it is to be measured anew.
 *
 * <p>Whoever comes to a link that others use sees their queue as part of the path. So everybody
 * lets the queue run empty from time to time; and because all see the floor at the same moment, the
 * moments at which they do so fall together (as in BBR's PROBE_RTT). Not thread-safe.
 */
final class RttFloor {
  private static final long REFRESH_NS = 3_000_000_000L;
  private static final long FORGET_NS = 4 * REFRESH_NS;
  private static final long CLOSE_NS = 200_000L;

  private long floorNs;
  private long confirmedAtNs;

  // The lowest of the present window: what replaces a floor that has risen.
  private long candidateNs = Long.MAX_VALUE;
  private long windowSinceNs;
  private boolean mayRise = true;

  /** Says whether a path may have become longer when the floor is not seen any more. */
  void setMayRise(boolean mayRise) {
    this.mayRise = mayRise;
  }

  /** Returns the floor, 0 before the first sample. */
  long ns() {
    return floorNs;
  }

  /** Takes a sample. */
  void onSample(long nowNs, long rttNs) {
    if (floorNs == 0) {
      floorNs = rttNs;
      confirmedAtNs = nowNs;
      windowSinceNs = nowNs;
    }
    if (!mayRise) {
      windowSinceNs = nowNs;
      candidateNs = Long.MAX_VALUE;
    } else if (nowNs - windowSinceNs > FORGET_NS) {
      // The path may have become a longer one.
      floorNs = Math.max(floorNs, candidateNs);
      candidateNs = Long.MAX_VALUE;
      windowSinceNs = nowNs;
    }
    candidateNs = Math.min(candidateNs, rttNs);
    if (rttNs <= floorNs + Math.max(CLOSE_NS, floorNs / 32)) {
      floorNs = Math.min(floorNs, rttNs);
      confirmedAtNs = nowNs;
    }
  }

  /** Says whether nobody has seen the floor for so long that the queue should be let run empty. */
  boolean isRefreshDue(long nowNs) {
    return floorNs != 0 && nowNs - confirmedAtNs > REFRESH_NS;
  }

  /** The queue was let run empty: whatever was seen is as low as it gets for now. */
  void onRefreshed(long nowNs) {
    confirmedAtNs = nowNs;
  }

  /** A silence is no reason to doubt the floor. */
  void onSilence(long silenceNs) {
    confirmedAtNs += silenceNs;
    windowSinceNs += silenceNs;
  }
}

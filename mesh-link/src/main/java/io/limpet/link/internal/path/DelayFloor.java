package io.limpet.link.internal.path;

/**
 * The shortest round trip of the last ten to twenty seconds: what a path takes without the queue
 * that its own traffic makes, so that a loaded path and an idle one can be compared. Not
 * thread-safe.
 */
final class DelayFloor {
  private static final long WINDOW_NS = 10_000_000_000L;
  private static final long NONE = Long.MAX_VALUE;

  private long windowStartNs;
  private long inWindowNs = NONE;
  private long beforeNs = NONE;

  /** Takes one sample, in nanoseconds. */
  void onSample(long nowNs, long sampleNs) {
    if (inWindowNs == NONE) {
      windowStartNs = nowNs;
    } else if (nowNs - windowStartNs >= WINDOW_NS) {
      beforeNs = inWindowNs;
      inWindowNs = NONE;
      windowStartNs = nowNs;
    }
    inWindowNs = Math.min(inWindowNs, sampleNs);
  }

  /** Says whether there has been a sample. */
  boolean isKnown() {
    return inWindowNs != NONE;
  }

  /** Returns the shortest in nanoseconds, or the fallback without a sample. */
  long ns(long fallbackNs) {
    return isKnown() ? Math.min(inWindowNs, beforeNs) : fallbackNs;
  }
}

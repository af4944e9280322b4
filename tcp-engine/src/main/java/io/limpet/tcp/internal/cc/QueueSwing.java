package io.limpet.tcp.internal.cc;

/**
 * How far the queueing delay has moved within the last seconds: with flows that keep a fixed share
 * of the queue it stands still, with one that fills the queue until it overflows it rises and
 * falls. Not thread-safe.
 */
final class QueueSwing {
  private static final long PERIOD_NS = 6_000_000_000L;

  private long shortestNs;
  private long longestNs;
  private long pastShortestNs;
  private long pastLongestNs;
  private long sinceNs;
  private boolean started;

  /** Takes the queueing delay that stood through a round. */
  void onRound(long nowNs, long queueNs) {
    if (!started) {
      pastShortestNs = queueNs;
      pastLongestNs = queueNs;
    }
    if (!started || nowNs - sinceNs > PERIOD_NS) {
      if (started) {
        pastShortestNs = shortestNs;
        pastLongestNs = longestNs;
      }
      started = true;
      sinceNs = nowNs;
      shortestNs = queueNs;
      longestNs = queueNs;
    }
    shortestNs = Math.min(shortestNs, queueNs);
    longestNs = Math.max(longestNs, queueNs);
  }

  /** Returns the difference between the longest and the shortest. */
  long ns() {
    return Math.max(longestNs, pastLongestNs) - Math.min(shortestNs, pastShortestNs);
  }

  /** Returns the smaller of the differences of the present and of the past few seconds. */
  long persistentNs() {
    return Math.min(longestNs - shortestNs, pastLongestNs - pastShortestNs);
  }

  /** Begins anew. */
  void clear() {
    started = false;
    longestNs = 0;
    pastLongestNs = 0;
    shortestNs = 0;
    pastShortestNs = 0;
  }
}

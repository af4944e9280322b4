package io.limpet.tcp.internal.engine;

/**
 * What connections with a peer have measured, for the next one (RFC 9040, temporal sharing). It is
 * believed less the older it is, and in the end not at all: a hint that no longer holds must not
 * harm. Not thread-safe.
 */
final class PathMemory {
  private static final long FRESH_NS = 1_000_000_000L;
  private static final long HALF_LIFE_NS = 60_000_000_000L;
  private static final long FORGET_NS = 600_000_000_000L;

  private boolean known;
  private long atNs;
  private long rateBytesPerSecond;
  private long minRttNs;

  /**
   * Notes what a connection knows.
   *
   * @param rate what the path has carried in bytes per second
   * @param filled whether it carries no more than that; otherwise the rate only adds to what is
   *     known
   * @param minRtt its smallest round trip
   */
  void note(long nowNs, long rate, boolean filled, long minRtt) {
    long before = rateBytesPerSecond(nowNs);
    rateBytesPerSecond = filled ? rate : Math.max(rate, before);
    minRttNs = minRtt;
    atNs = nowNs;
    known = true;
  }

  /** Says whether everything is too old to mean anything. */
  boolean isForgotten(long nowNs) {
    return !known || nowNs - atNs > FORGET_NS;
  }

  /** Returns how much of the confidence is left, 1 down to 0. */
  double confidence(long nowNs) {
    if (isForgotten(nowNs)) {
      return 0;
    }
    long ageNs = nowNs - atNs;
    return ageNs < FRESH_NS ? 1 : StrictMath.pow(0.5, (double) ageNs / HALF_LIFE_NS);
  }

  /** Returns the rate to start from in bytes per second, 0 for none. */
  long rateBytesPerSecond(long nowNs) {
    return (long) (rateBytesPerSecond * confidence(nowNs));
  }

  /** Returns the smallest round trip, 0 for unknown. */
  long minRttNs(long nowNs) {
    return isForgotten(nowNs) ? 0 : minRttNs;
  }
}

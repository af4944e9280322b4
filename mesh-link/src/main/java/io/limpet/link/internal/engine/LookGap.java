package io.limpet.link.internal.engine;

/**
 * Lets a look at everything through once in a while: not for each datagram of a burst. Not
 * thread-safe.
 */
final class LookGap {
  private static final long GAP_NS = 10_000_000L;

  private boolean looked;
  private long lookedNs;

  /** Says whether it is time to look; if so, the next time is {@link #nextNs}. */
  boolean tryLook(long nowNs) {
    if (looked && nowNs - lookedNs < GAP_NS) {
      return false;
    }
    looked = true;
    lookedNs = nowNs;
    return true;
  }

  /** Returns when the next look is possible. */
  long nextNs() {
    return lookedNs + GAP_NS;
  }

  /** Lets the next look through at once. */
  void reset() {
    looked = false;
  }
}

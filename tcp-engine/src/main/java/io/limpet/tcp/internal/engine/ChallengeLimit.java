package io.limpet.tcp.internal.engine;

/**
 * How many challenge ACKs a connection may send (RFC 5961 section 7). Each connection has its own
 * allowance, so that nobody learns from one what happens on another. Not thread-safe.
 */
final class ChallengeLimit {
  private static final int PER_SECOND = 10;
  private static final long SECOND_NS = 1_000_000_000L;

  private boolean started;
  private long sinceNs;
  private int sent;

  /** Says whether one more may be sent now, and counts it. */
  boolean take(long nowNs) {
    if (!started || nowNs - sinceNs >= SECOND_NS) {
      started = true;
      sinceNs = nowNs;
      sent = 0;
    }
    if (sent == PER_SECOND) {
      return false;
    }
    sent++;
    return true;
  }
}

package io.limpet.invitation.internal.store;

/**
 * When the next commit may begin: while many changes come, a commit for each would take all the
 * processor's time, and gathering them for a few milliseconds costs nobody anything.
 *
 * <p>After a commit, three times as long as it took, and at most {@link #LONGEST_NS}: under load a
 * quarter of the time goes into commits, and what comes after a rest is committed at once. Times
 * are in nanoseconds of one clock; confined to one thread.
 */
final class CommitPace {
  static final long LONGEST_NS = 5_000_000L;

  private static final int REST = 3;

  private boolean resting;
  private long notBeforeNs;

  /** A commit has ended. */
  void onCommitted(long startNs, long endNs) {
    resting = true;
    notBeforeNs = endNs + Math.min(LONGEST_NS, REST * Math.max(0, endNs - startNs));
  }

  /** Returns how long the next commit is to wait, 0 for not at all. */
  long waitNs(long nowNs) {
    long left = resting ? notBeforeNs - nowNs : 0;
    if (left <= 0) {
      resting = false;
      return 0;
    }
    return left;
  }
}

package io.limpet.link.internal.beacon;

/**
 * How often our hello is repeated for one peer that says it does not hear us: at longer and longer
 * intervals, for it may be deaf to us for good. Sans-IO; not thread-safe.
 */
public final class Repeats {
  private static final long MAX_DOUBLINGS = 6;

  private int repeats;
  private boolean waiting;
  private long nextNs;

  /**
   * The peer does not hear us.
   *
   * @param gapNs the least time until it can have heard what we say now
   * @return whether to repeat ourselves for it
   */
  public boolean onUnheard(long nowNs, long gapNs) {
    if (waiting && nowNs - nextNs < 0) {
      return false;
    }
    waiting = true;
    nextNs = nowNs + (gapNs << Math.max(0, Math.min(MAX_DOUBLINGS, repeats - 2)));
    repeats++;
    return true;
  }

  /** The peer hears us. */
  public void onHeard() {
    waiting = false;
    repeats = 0;
  }
}

package io.limpet.link.internal.limit;

/**
 * A share of something that is there all the time, a processor core or the air: earned with time,
 * spent by what each use costs. Sans-IO; not thread-safe.
 */
public final class TimeShare {
  private static final long FULL_AGAIN_NS = 3_600_000_000_000L;

  private final double share;
  private final long capNs;
  private long creditNs;
  private long earnedAtNs;
  private boolean started;

  /**
   * Makes one with full credit.
   *
   * @param share of it, above 0 and at most 1
   * @param capNs most credit that is saved up
   */
  public TimeShare(double share, long capNs) {
    this.share = share;
    this.capNs = capNs;
    this.creditNs = capNs;
  }

  /** Says whether there is credit left; the last use may overdraw it. */
  public boolean isLeft(long nowNs) {
    if (started) {
      long passedNs = Math.min(Math.max(0, nowNs - earnedAtNs), FULL_AGAIN_NS);
      creditNs = Math.min(capNs, creditNs + (long) (passedNs * share));
    }
    started = true;
    earnedAtNs = nowNs;
    return creditNs > 0;
  }

  /** Notes what a use has cost. */
  public void spend(long costNs) {
    creditNs -= costNs;
  }
}

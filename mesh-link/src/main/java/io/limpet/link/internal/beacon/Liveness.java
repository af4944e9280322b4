package io.limpet.link.internal.beacon;

/**
 * Whether a peer is there, from authentic evidence only. Quiet is not dead: silence is first
 * answered with probes, and how many of them must stay unanswered depends on the measured loss.
 * Sans-IO; not thread-safe.
 */
public final class Liveness {
  private static final long MS = 1_000_000L;
  private static final long MISSED_AFTER_PROBE_NS = 1_200 * MS;
  private static final long SILENT_AFTER_PROBE_NS = 5_000 * MS;
  private static final long PROBE_EVERY_NS = 250 * MS;
  private static final long NEVER = Long.MAX_VALUE;

  /** What is believed of a peer. */
  public enum Verdict {
    /** Evidence is recent, or nothing more was expected yet. */
    HEARD,
    /** Expected evidence and several answers are missing. */
    MISSED,
    /** Nothing for long enough, given the loss. */
    SILENT
  }

  private Verdict verdict = Verdict.HEARD;
  private long lastHeardNs;
  private long listeningSinceNs;
  private long firstProbeNs;
  private long nextProbeNs;
  private int unanswered;
  private double loss;
  private long expectedNs = 6_000 * MS;

  /** Begins with a peer that was heard just now. */
  public Liveness(long nowNs) {
    lastHeardNs = nowNs;
    listeningSinceNs = nowNs;
    nextProbeNs = nowNs;
  }

  /** This process did not run for a while: what it did not hear in that time says nothing. */
  public void onResumed(long nowNs) {
    listeningSinceNs = nowNs;
    unanswered = 0;
    nextProbeNs = nowNs;
  }

  private long quietSinceNs() {
    return listeningSinceNs - lastHeardNs > 0 ? listeningSinceNs : lastHeardNs;
  }

  /**
   * Anything authentic arrived.
   *
   * @return what was believed before
   */
  public Verdict onHeard(long nowNs) {
    Verdict before = verdict;
    lastHeardNs = nowNs;
    unanswered = 0;
    verdict = Verdict.HEARD;
    return before;
  }

  /** Sets the longest interval at which hellos are to be expected. */
  public void setExpected(long maxHelloIntervalNs) {
    // Trickle's t lies in [I/2, I): between two hellos lie at most one and a half intervals.
    expectedNs = maxHelloIntervalNs + maxHelloIntervalNs / 2 + 500 * MS;
  }

  /** Sets the measured share of probes that stay unanswered by chance, 0..1. */
  public void setLoss(double roundTripLoss) {
    loss = roundTripLoss;
  }

  /** A probe, or another datagram that wants an answer, was sent. */
  public void onProbeSent(long nowNs) {
    if (unanswered == 0) {
      firstProbeNs = nowNs;
      unanswered = 1;
      nextProbeNs = nowNs + PROBE_EVERY_NS;
    } else if (nowNs - nextProbeNs >= 0) {
      // Datagrams of one burst share one fate: they count as one.
      unanswered++;
      long everyNs = verdict == Verdict.HEARD ? PROBE_EVERY_NS : 2 * PROBE_EVERY_NS;
      nextProbeNs = nowNs + everyNs;
    }
  }

  /** Says whether the peer shall be probed now because it is overdue. */
  public boolean wantsProbe(long nowNs) {
    return verdict != Verdict.SILENT
        && nowNs - quietSinceNs() >= expectedNs
        && (unanswered == 0 || nowNs - nextProbeNs >= 0);
  }

  /**
   * Returns the verdict of this moment.
   *
   * @param canProbe whether the peer can be asked; otherwise only its hellos tell, and several of
   *     them must be missing
   */
  public Verdict judge(long nowNs, boolean canProbe) {
    if (!canProbe) {
      long silentNs = nowNs - quietSinceNs();
      if (silentNs >= 4 * expectedNs) {
        verdict = Verdict.SILENT;
      } else if (silentNs >= 2 * expectedNs && verdict != Verdict.SILENT) {
        verdict = Verdict.MISSED;
      }
      return verdict;
    }
    if (unanswered > 0 && verdict != Verdict.SILENT) {
      long probedForNs = nowNs - firstProbeNs;
      int needed = needed();
      if (probedForNs >= SILENT_AFTER_PROBE_NS && unanswered >= 2 * needed) {
        verdict = Verdict.SILENT;
      } else if (probedForNs >= MISSED_AFTER_PROBE_NS && unanswered >= needed) {
        verdict = Verdict.MISSED;
      }
    }
    return verdict;
  }

  private int needed() {
    double chance = Math.min(0.9, Math.max(0.1, loss));
    return Math.max(3, (int) Math.ceil(Math.log(0.001) / Math.log(chance)));
  }

  /** Says goodbye to the peer at its own word. */
  public void onGoodbye() {
    verdict = Verdict.SILENT;
  }

  /** Returns when {@link #wantsProbe} or {@link #judge} may change. */
  public long nextDeadlineNs(long nowNs, boolean canProbe) {
    if (verdict == Verdict.SILENT) {
      return NEVER;
    }
    if (!canProbe) {
      return quietSinceNs() + (verdict == Verdict.HEARD ? 2 : 4) * expectedNs;
    }
    long overdueNs = quietSinceNs() + expectedNs;
    if (unanswered == 0) {
      return overdueNs;
    }
    long probe = overdueNs - nextProbeNs > 0 ? overdueNs : nextProbeNs;
    long afterNs = verdict == Verdict.HEARD ? MISSED_AFTER_PROBE_NS : SILENT_AFTER_PROBE_NS;
    long step = firstProbeNs + afterNs;
    return step - nowNs > 0 && step - probe < 0 ? step : probe;
  }

  /** Returns what was last judged. */
  public Verdict verdict() {
    return verdict;
  }

  /** Returns when anything authentic last arrived. */
  public long lastHeardNs() {
    return lastHeardNs;
  }
}

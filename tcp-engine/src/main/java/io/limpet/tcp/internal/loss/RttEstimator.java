package io.limpet.tcp.internal.loss;

/**
 * Smoothed round-trip time, its variation, the minimum, and the retransmission timeout (RFC 6298).
 *
 * <p>Not thread-safe.
 */
public final class RttEstimator {
  private static final long MIN_RTT_WINDOW_NS = 10_000_000_000L;

  private static final long SEEDED_RTO_MIN_NS = 20_000_000L;

  private final long rtoMinNs;
  private final long rtoMaxNs;
  private long srttNs;
  private long rttVarNs;
  private long minRttNs;
  private long minRttAtNs;
  private long latestNs;
  private long initialRtoNs;
  private boolean provisional;
  private int backoff;

  /** Makes an estimator that has no sample yet. */
  public RttEstimator(long initialRtoNs, long rtoMinNs, long rtoMaxNs) {
    this.initialRtoNs = initialRtoNs;
    this.rtoMinNs = rtoMinNs;
    this.rtoMaxNs = rtoMaxNs;
  }

  /** Starts from what earlier connections to the peer measured (RFC 9040). */
  public void seed(long rttNs, long variationNs) {
    // No delayed acknowledgement stands behind a SYN, and a SYN too many is cheap: the minimum that
    // guards data does not apply.
    initialRtoNs = Math.max(SEEDED_RTO_MIN_NS, 2 * rttNs + 4 * variationNs);
  }

  /**
   * Takes the round trip of the handshake: it may contain the time that the other application took
   * to accept, so that the first sample of data replaces it.
   */
  public void onHandshakeSample(long nowNs, long rttNs) {
    onSample(nowNs, rttNs);
    provisional = true;
  }

  /** Takes a sample (RFC 6298 section 2). */
  public void onSample(long nowNs, long rttNs) {
    long rtt = Math.max(rttNs, 1);
    latestNs = rtt;
    if (srttNs == 0 || provisional) {
      srttNs = rtt;
      rttVarNs = rtt / 2;
      minRttNs = provisional ? Math.min(minRttNs, rtt) : rtt;
      minRttAtNs = nowNs;
      provisional = false;
    } else {
      rttVarNs += (Math.abs(srttNs - rtt) - rttVarNs) / 4;
      srttNs += (rtt - srttNs) / 8;
      if (rtt <= minRttNs || nowNs - minRttAtNs > MIN_RTT_WINDOW_NS) {
        minRttNs = rtt;
        minRttAtNs = nowNs;
      }
    }
  }

  /** Says whether there has been a sample. */
  public boolean hasSample() {
    return srttNs != 0;
  }

  /** Returns SRTT, 0 before the first sample. */
  public long srttNs() {
    return srttNs;
  }

  /** Returns RTTVAR. */
  public long rttVarNs() {
    return rttVarNs;
  }

  /** Returns the smallest round trip of the last ten seconds or so, 0 before the first sample. */
  public long minRttNs() {
    return minRttNs;
  }

  /** Returns the newest sample. */
  public long latestNs() {
    return latestNs;
  }

  /** Returns the timeout without back-off. */
  public long baseRtoNs() {
    if (srttNs == 0) {
      return initialRtoNs;
    }
    return Math.max(rtoMinNs, srttNs + Math.max(4 * rttVarNs, srttNs / 8));
  }

  /** Returns the timeout now, backed off and bounded. */
  public long rtoNs() {
    long base = baseRtoNs();
    return Math.min(base << Math.min(backoff, 16), Math.max(rtoMaxNs, base));
  }

  /** Doubles the timeout (RFC 6298 rule 5.5), up to its maximum. */
  public void backOff() {
    backoff++;
  }

  /** Ends the back-off. */
  public void resetBackoff() {
    backoff = 0;
  }

  /** Returns how often the timeout has been doubled. */
  public int backoff() {
    return backoff;
  }
}

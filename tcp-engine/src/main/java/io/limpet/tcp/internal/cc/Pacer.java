package io.limpet.tcp.internal.cc;

/**
 * Spreads segments over time: a bucket of credit that fills at the pacing rate and holds a burst,
 * large enough to survive timers that tick about once a millisecond. Not thread-safe.
 */
public final class Pacer {
  /** Credit kept while timers are late: a busy machine must not cost rate. */
  private static final long BURST_NS = 6_000_000;

  private static final long QUANTUM_NS = 1_000_000;
  private static final long MAX_BURST_BYTES = 64 << 10;
  private static final int MIN_SEGMENTS_PER_SECOND = 4;
  private static final long MAX_ELAPSED_NS = 100_000_000;

  /** More is not told from no limit, and products with times must not overflow. */
  private static final long MAX_RATE = 50_000_000_000L;

  /** Where that is hardly any time at all, a burst fills more than one batch for the kernel. */
  private static final long FAST_BURST_NS = 250_000;

  private long credit;
  private long filledAtNs;
  private long rate;
  private int maxSegmentBytes;
  private boolean started;

  /** Makes a pacer that holds nothing back until it is given a rate. */
  public Pacer(int maxSegmentBytes) {
    this.maxSegmentBytes = maxSegmentBytes;
  }

  /** Sets the rate in bytes per second, 0 for none. */
  public void setRate(long nowNs, long bytesPerSecond) {
    fill(nowNs);
    // Round trips of minutes were outages, which are no reason to crawl when they are over.
    long least = bytesPerSecond == 0 ? 0 : (long) MIN_SEGMENTS_PER_SECOND * maxSegmentBytes;
    rate = Math.min(Math.max(bytesPerSecond, least), MAX_RATE);
  }

  /** Sets the largest segment. */
  public void setMaxSegmentBytes(int bytes) {
    maxSegmentBytes = bytes;
  }

  /** Returns when a segment may be sent: now, or later. */
  public long releaseNs(long nowNs) {
    if (rate == 0) {
      return nowNs;
    }
    fill(nowNs);
    if (credit > 0) {
      return nowNs;
    }
    // Waits for a millisecond's worth rather than one segment: fewer wake-ups.
    long wanted = Math.max(1, Math.min(rate * QUANTUM_NS / 1_000_000_000L, burst()) - credit);
    return nowNs + Math.max(wanted * 1_000_000_000L / rate, 1);
  }

  /** Takes credit for bytes that went out, of whatever kind. */
  public void onSent(long nowNs, int bytes) {
    if (rate != 0) {
      fill(nowNs);
      credit -= bytes;
    }
  }

  private long burst() {
    long most = Math.max(MAX_BURST_BYTES, rate * FAST_BURST_NS / 1_000_000_000L);
    return Math.max(2L * maxSegmentBytes, Math.min(rate * BURST_NS / 1_000_000_000L, most));
  }

  private void fill(long nowNs) {
    if (!started) {
      started = true;
      filledAtNs = nowNs;
      credit = burst();
      return;
    }
    long elapsed = Math.min(nowNs - filledAtNs, MAX_ELAPSED_NS);
    if (elapsed <= 0) {
      return;
    }
    long gained = elapsed * rate / 1_000_000_000L;
    if (gained > 0) {
      credit = Math.min(credit + gained, burst());
      filledAtNs = nowNs;
    }
  }
}

package io.limpet.tcp.internal.cc;

/** CUBIC (RFC 9438), paced as is usual. Not thread-safe. */
public final class Cubic implements CongestionControl {
  private static final double C = 0.4;
  private static final double BETA = 0.7;
  private static final double ALPHA = 3.0 * (1 - BETA) / (1 + BETA);
  private static final int INITIAL_SEGMENTS = 10;

  private int mss;
  private double cwnd;
  private double ssthresh = Double.MAX_VALUE;
  private double wMax;
  private double wEst;
  private double k;
  private long epochStartNs;
  private boolean epochOpen;
  private double priorCwnd;
  private double priorSsthresh;
  private double priorWMax;
  private long srttNs;
  private long minRttNs;
  private long rate;
  private boolean recovering;

  /** Makes a controller in slow start. */
  public Cubic(int maxSegmentBytes) {
    this.mss = maxSegmentBytes;
    this.cwnd = (double) INITIAL_SEGMENTS * maxSegmentBytes;
  }

  /** Makes a controller in slow start from a window found by other means. */
  Cubic(int maxSegmentBytes, long windowBytes) {
    this(maxSegmentBytes);
    this.cwnd = windowBytes;
  }

  @Override
  public void onHint(long rateBytesPerSecond, long minRttNs) {
    long product = (long) (rateBytesPerSecond * (minRttNs / 1e9));
    if (product > 0) {
      // RFC 9040 section 8: the old threshold, where slow start ends.
      ssthresh = Math.max((double) product, (double) INITIAL_SEGMENTS * mss);
    }
  }

  @Override
  public long knownRateBytesPerSecond() {
    return srttNs > 0 ? (long) (Math.max(cwnd, wMax * mss) * 1e9 / srttNs) : 0;
  }

  @Override
  public boolean isPathFilled() {
    return wMax > 0;
  }

  @Override
  public long windowBytes() {
    return (long) cwnd;
  }

  @Override
  public long pacingRateBytesPerSecond() {
    if (srttNs == 0) {
      return 0;
    }
    double gain = cwnd < ssthresh ? 2.0 : 1.25;
    return (long) (gain * cwnd * 1e9 / srttNs);
  }

  @Override
  public boolean isLossBased() {
    return true;
  }

  @Override
  public int onSent(long nowNs, int bytes, long bytesInFlight) {
    return 0;
  }

  @Override
  public void onResolved(int sent, int bytes, boolean lost) {
    // CUBIC counts acknowledgements, not transmissions.
  }

  @Override
  public void onAck(RateSample sample) {
    if (sample.rttNs > 0) {
      srttNs = srttNs == 0 ? sample.rttNs : srttNs + (sample.rttNs - srttNs) / 8;
      minRttNs = minRttNs == 0 ? sample.rttNs : Math.min(minRttNs, sample.rttNs);
    }
    if (sample.intervalNs > 0) {
      rate = sample.deliveredBytes * 1_000_000_000L / sample.intervalNs;
    }
    // RFC 9438 section 4.2: no growth while the application does not use the window.
    if (recovering || sample.ackedSackedBytes == 0 || sample.priorInFlight < cwnd / 2) {
      return;
    }
    if (cwnd < ssthresh) {
      cwnd += sample.ackedSackedBytes;
      leaveSlowStartOnDelay(sample);
    } else {
      avoidCongestion(sample.nowNs, sample.ackedSackedBytes);
    }
  }

  /** Ends slow start before the queue overflows, in the manner of HyStart (RFC 9406). */
  private void leaveSlowStartOnDelay(RateSample sample) {
    long threshold = Math.max(4_000_000L, Math.min(minRttNs / 8, 16_000_000L));
    if (cwnd >= 16.0 * mss && sample.rttNs > 0 && sample.rttNs > minRttNs + 2 * threshold) {
      ssthresh = cwnd;
    }
  }

  /** RFC 9438 sections 4.2 to 4.5. */
  private void avoidCongestion(long nowNs, int ackedBytes) {
    double segments = cwnd / mss;
    if (!epochOpen) {
      epochOpen = true;
      epochStartNs = nowNs;
      wEst = segments;
      if (segments < wMax) {
        k = StrictMath.cbrt((wMax - segments) / C);
      } else {
        k = 0;
        wMax = segments;
      }
    }
    double t = (nowNs - epochStartNs + minRttNs) / 1e9;
    double sinceK = t - k;
    double target = C * sinceK * sinceK * sinceK + wMax;
    target = Math.max(segments, Math.min(target, 1.5 * segments));
    double acked = (double) ackedBytes / mss;
    wEst += (wEst >= wMax ? 1.0 : ALPHA) * acked / segments;
    segments += (target - segments) / segments * acked;
    cwnd = Math.max(segments, wEst) * mss;
  }

  @Override
  public void onLossEvent(long nowNs, long bytesInFlight) {
    remember();
    recovering = true;
    reduce();
    cwnd = ssthresh;
  }

  private void reduce() {
    double segments = cwnd / mss;
    // RFC 9438 section 4.7: fast convergence.
    wMax = segments < wMax ? segments * (1 + BETA) / 2 : segments;
    ssthresh = Math.max(cwnd * BETA, 2.0 * mss);
    epochOpen = false;
  }

  private void remember() {
    priorCwnd = cwnd;
    priorSsthresh = ssthresh;
    priorWMax = wMax;
  }

  @Override
  public void onRecoveryExit(long nowNs) {
    recovering = false;
  }

  @Override
  public void onRto(long nowNs, long bytesInFlight) {
    if (!recovering) {
      remember();
      reduce();
    }
    recovering = false;
    cwnd = mss;
  }

  @Override
  public void onSpurious(long nowNs) {
    if (priorCwnd > cwnd) {
      cwnd = priorCwnd;
      ssthresh = priorSsthresh;
      wMax = priorWMax;
    }
    recovering = false;
    epochOpen = false;
  }

  @Override
  public void setMaxSegmentBytes(int maxSegmentBytes) {
    mss = maxSegmentBytes;
    // The initial window is one of segments (RFC 6928), and their size known with the peer's SYN.
    cwnd = srttNs == 0 ? (double) INITIAL_SEGMENTS * mss : Math.max(cwnd, maxSegmentBytes);
  }

  @Override
  public long deliveryRateBytesPerSecond() {
    return rate;
  }
}

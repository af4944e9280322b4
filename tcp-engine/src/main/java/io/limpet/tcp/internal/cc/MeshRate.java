package io.limpet.tcp.internal.cc;

/**
 * Congestion control for lossy radio paths, by a model: what the link carries (delivery rate, with
 * what chance took on the way added back), its minimum round trip, and the share that is lost at
 * random. The sender paces at the link's rate and keeps about its bandwidth-delay product in
 * flight.
 *
 * <p>Loss without a growing queue is repaired and not obeyed; at a random loss p the link carries
 * its full rate and (1-p) of it is delivered. A growing queue is obeyed at once. Like BBR it fills
 * the pipe, drains it, then goes through rounds of cruising, of probing for more, and of holding
 * back; the last empties the queue and shows what the path loses without one. Not thread-safe.
 */
public final class MeshRate implements CongestionControl {
  private enum Mode {
    STARTUP,
    DRAIN,
    HOLD_BACK,
    CRUISE,
    PROBE_UP,
    PROBE_RTT
  }

  private static final double STARTUP_GAIN = 2.77;
  private static final double WINDOW_GAIN = 2.0;
  private static final double UP_GAIN = 1.25;
  private static final int UP_SEGMENTS = 8;
  private static final int OWN_QUEUE_SEGMENTS = 4;
  private static final double DRAIN_GAIN = 0.75;
  private static final double HOLD_BACK_GAIN = 0.85;
  private static final double LOSSLESS = 0.005;
  private static final int CRUISE_ROUNDS = 6;
  private static final int BANDWIDTH_ROUNDS = 10;
  private static final int MAX_DRAIN_ROUNDS = 3;
  private static final int MIN_WINDOW_SEGMENTS = 4;
  private static final int INITIAL_SEGMENTS = 10;
  private static final int MAX_HINT_SEGMENTS = 64;
  private static final long MIN_ROUND_NS = 10_000_000L;
  private static final long QUEUE_FLOOR_NS = 4_000_000L;
  private static final long MIN_RTT_WINDOW_NS = 10_000_000_000L;
  private static final long PROBE_RTT_NS = 100_000_000L;
  private static final long SILENCE_NS = 500_000_000L;

  private int mss;
  private Mode mode = Mode.STARTUP;
  private final RoundMaxFilter bandwidth = new RoundMaxFilter(BANDWIDTH_ROUNDS);
  private final LossModel losses = new LossModel();
  private long minRttNs;
  private long minRttAtNs;
  private long srttNs;
  private long latestRate;
  private long latestAckNs;

  // The round at hand.
  private long roundEndDelivered;
  private long roundStartNs;
  private boolean roundStarted;
  private long roundDelivered;
  private long roundLost;
  private long roundMinRttNs = Long.MAX_VALUE;
  private boolean roundAppLimited;
  private long roundRate;
  private Mode previousMode = Mode.STARTUP;
  private int roundsInMode;
  private int cruiseRounds = CRUISE_ROUNDS;
  private long modeSinceNs;

  // Filling the pipe.
  private long fullRate;
  private int fullRounds;
  private double startupLoss = 1;

  private long probeRttMinNs;
  private boolean restricted;
  private long hintRate;
  private long hintWindow;

  /** Makes a controller that knows nothing yet. */
  public MeshRate(int maxSegmentBytes) {
    this.mss = maxSegmentBytes;
  }

  /**
   * The first round trip starts from half of what an earlier connection found, spread over it; what
   * comes back of that counts from then on.
   */
  @Override
  public void onHint(long rateBytesPerSecond, long minRttNs) {
    hintRate = rateBytesPerSecond / 2;
    long product = (long) (hintRate * (minRttNs / 1e9));
    hintWindow = Math.min(product, (long) MAX_HINT_SEGMENTS * mss);
  }

  @Override
  public long knownRateBytesPerSecond() {
    return bandwidth.max();
  }

  @Override
  public boolean isPathFilled() {
    return mode != Mode.STARTUP;
  }

  @Override
  public long windowBytes() {
    long least = (long) MIN_WINDOW_SEGMENTS * mss;
    if (restricted) {
      return least;
    }
    long product = bandwidthDelay();
    if (product == 0) {
      return Math.max((long) INITIAL_SEGMENTS * mss, hintWindow);
    }
    if (mode == Mode.PROBE_RTT) {
      return Math.max(least, product / 2);
    }
    double gain = mode == Mode.STARTUP ? STARTUP_GAIN : WINDOW_GAIN;
    long window = (long) (gain * product) + 2L * mss;
    return Math.max(window, mode == Mode.STARTUP ? (long) INITIAL_SEGMENTS * mss : least);
  }

  @Override
  public long pacingRateBytesPerSecond() {
    long rate = bandwidth.max();
    if (rate == 0) {
      if (srttNs == 0) {
        return 0;
      }
      rate = 1_000_000_000L * INITIAL_SEGMENTS * mss / srttNs;
      rate = Math.max(rate, (long) (hintRate / STARTUP_GAIN));
    }
    long paced = (long) (pacingGain() * rate);
    if (mode == Mode.PROBE_UP && minRttNs > 0) {
      // Asking for as many segments more as anybody else lets unequal flows grow equal.
      long more = (long) (UP_SEGMENTS * mss * (1e9 / minRttNs));
      paced = Math.max(paced, Math.min(2 * rate, rate + more));
    }
    return Math.max(1, paced);
  }

  private double pacingGain() {
    return switch (mode) {
      case STARTUP -> STARTUP_GAIN;
      case DRAIN -> DRAIN_GAIN;
      case HOLD_BACK -> losses.randomLoss() > LOSSLESS ? HOLD_BACK_GAIN : 1.0;
      case CRUISE, PROBE_RTT -> 1.0;
      case PROBE_UP -> UP_GAIN;
    };
  }

  private long bandwidthDelay() {
    return (long) (bandwidth.max() * (minRttNs / 1e9));
  }

  @Override
  public boolean isLossBased() {
    return false;
  }

  @Override
  public void onSent(long nowNs, long bytesInFlight) {
    // The model rests on acknowledgements.
  }

  @Override
  public void onAck(RateSample sample) {
    if (sample.ackedSackedBytes > 0) {
      restricted = false;
    }
    if (minRttNs != 0 && sample.nowNs - latestAckNs > SILENCE_NS) {
      // An outage is no reason to doubt the minimum.
      minRttAtNs += sample.nowNs - latestAckNs;
    }
    latestAckNs = sample.nowNs;
    takeRtt(sample);
    roundDelivered += sample.ackedSackedBytes;
    roundLost += sample.newlyLostBytes;
    takeRate(sample);
    boolean roundOver = isRoundOver(sample);
    if (roundOver) {
      endRound(sample);
    }
    if (mode == Mode.DRAIN && sample.inFlight <= bandwidthDelay()) {
      enter(Mode.HOLD_BACK, sample.nowNs);
    }
    checkProbeRtt(sample);
  }

  private void takeRtt(RateSample sample) {
    long rtt = sample.rttNs;
    if (rtt <= 0) {
      return;
    }
    srttNs = srttNs == 0 ? rtt : srttNs + (rtt - srttNs) / 8;
    roundMinRttNs = Math.min(roundMinRttNs, rtt);
    probeRttMinNs = Math.min(probeRttMinNs, rtt);
    // Whatever comes close to the minimum confirms it: no need to slow down to find it again.
    if (minRttNs == 0 || rtt <= minRttNs + minRttNs / 16) {
      minRttNs = minRttNs == 0 ? rtt : Math.min(minRttNs, rtt);
      minRttAtNs = sample.nowNs;
    }
  }

  private void takeRate(RateSample sample) {
    if (sample.intervalNs <= 0) {
      return;
    }
    long credit = losses.credit(sample.deliveredBytes, sample.lostBytes, mss);
    long rate = rate(sample.deliveredBytes + credit, sample.intervalNs);
    latestRate = rate(sample.deliveredBytes, sample.intervalNs);
    roundAppLimited |= sample.isAppLimited;
    if (!sample.isAppLimited || rate > bandwidth.max()) {
      bandwidth.add(rate);
      roundRate = Math.max(roundRate, rate);
    }
  }

  private static long rate(long bytes, long intervalNs) {
    return (long) (bytes * 1e9 / intervalNs);
  }

  private boolean isRoundOver(RateSample sample) {
    if (!roundStarted) {
      roundStarted = true;
      roundStartNs = sample.nowNs;
      roundEndDelivered = sample.totalDelivered;
      return false;
    }
    return sample.priorDelivered >= roundEndDelivered
        && sample.nowNs - roundStartNs >= Math.min(MIN_ROUND_NS, 4 * minRttNs);
  }

  private void endRound(RateSample sample) {
    learnLoss();
    roundsInMode++;
    switch (mode) {
      case STARTUP -> endStartupRound(sample.nowNs);
      case DRAIN -> {
        if (roundsInMode >= MAX_DRAIN_ROUNDS) {
          enter(Mode.HOLD_BACK, sample.nowNs);
        }
      }
      case HOLD_BACK -> enter(Mode.CRUISE, sample.nowNs);
      case CRUISE -> endCruiseRound(sample.nowNs);
      case PROBE_UP -> endProbeRound(sample.nowNs);
      case PROBE_RTT -> {
        // Ends by time.
      }
    }
    if (!roundAppLimited) {
      bandwidth.nextRound();
    }
    roundEndDelivered = sample.totalDelivered;
    roundStartNs = sample.nowNs;
    roundDelivered = 0;
    roundLost = 0;
    roundMinRttNs = Long.MAX_VALUE;
    roundAppLimited = false;
    roundRate = 0;
  }

  /** What a round shows as lost was sent in the round before. */
  private void learnLoss() {
    double lost = (double) roundLost / mss;
    double total = (double) (roundLost + roundDelivered) / mss;
    if (mode == Mode.STARTUP) {
      // While the rate doubles, the smallest share seen is the one without a queue.
      if (total >= 8) {
        startupLoss = Math.min(startupLoss, lost / total);
        losses.onCruise(startupLoss * total, total);
      }
    } else if (previousMode == Mode.HOLD_BACK) {
      losses.onHeldBack(lost, total);
    } else if (previousMode == Mode.CRUISE && !hasQueue()) {
      losses.onCruise(lost, total);
    }
    previousMode = mode;
  }

  /** Says whether the round's fastest round trip shows a standing queue. */
  private boolean hasQueue() {
    return roundMinRttNs != Long.MAX_VALUE
        && roundMinRttNs - minRttNs > Math.max(minRttNs / 2, QUEUE_FLOOR_NS);
  }

  /**
   * What of the standing queue is this flow's own: its share of the rate. A flow whose share is a
   * few segments has nothing to give way with; who has more does, so that flows grow equal.
   */
  private long ownQueueBytes() {
    return (long) (bandwidth.max() * ((roundMinRttNs - minRttNs) / 1e9));
  }

  private void endStartupRound(long nowNs) {
    if (roundAppLimited) {
      return;
    }
    if (bandwidth.max() >= fullRate + fullRate / 4) {
      fullRate = bandwidth.max();
      fullRounds = 0;
    } else {
      fullRounds++;
    }
    boolean queued =
        roundMinRttNs != Long.MAX_VALUE && roundMinRttNs > 2 * minRttNs + QUEUE_FLOOR_NS;
    if (fullRounds >= 3 || queued) {
      enter(Mode.DRAIN, nowNs);
    }
  }

  private void endCruiseRound(long nowNs) {
    if (hasQueue() && ownQueueBytes() > (long) OWN_QUEUE_SEGMENTS * mss) {
      obeyQueue(nowNs);
    } else if (roundsInMode >= cruiseRounds) {
      fullRate = bandwidth.max();
      enter(Mode.PROBE_UP, nowNs);
    }
  }

  /** The link is saturated, so that what it carries now is its rate: older estimates give way. */
  private void obeyQueue(long nowNs) {
    if (roundRate > 0) {
      bandwidth.limit(Math.max(roundRate, bandwidth.max() * 9 / 10));
    }
    enter(Mode.DRAIN, nowNs);
  }

  private void endProbeRound(long nowNs) {
    boolean grew = bandwidth.max() >= fullRate + fullRate / 10;
    if (hasQueue() || !grew) {
      enter(Mode.DRAIN, nowNs);
    } else {
      fullRate = bandwidth.max();
    }
  }

  private void enter(Mode next, long nowNs) {
    if (next == Mode.CRUISE) {
      // Flows that began together should not probe together for ever.
      cruiseRounds = CRUISE_ROUNDS - 1 + (int) ((latestRate / 64) & 3);
    }
    mode = next;
    roundsInMode = 0;
    modeSinceNs = nowNs;
  }

  /** The minimum is forgotten unless confirmed; to measure it, the queue must be let run empty. */
  private void checkProbeRtt(RateSample sample) {
    long nowNs = sample.nowNs;
    if (mode == Mode.PROBE_RTT) {
      if (nowNs - modeSinceNs > Math.max(PROBE_RTT_NS, 2 * minRttNs)) {
        if (probeRttMinNs != Long.MAX_VALUE) {
          minRttNs = probeRttMinNs;
        }
        minRttAtNs = nowNs;
        enter(Mode.CRUISE, nowNs);
      }
    } else if (minRttNs != 0 && nowNs - minRttAtNs > MIN_RTT_WINDOW_NS && mode != Mode.STARTUP) {
      probeRttMinNs = Long.MAX_VALUE;
      enter(Mode.PROBE_RTT, nowNs);
    }
  }

  @Override
  public void onLossEvent(long nowNs, long bytesInFlight) {
    // Loss is repaired; whether it is obeyed is the model's business.
  }

  @Override
  public void onRecoveryExit(long nowNs) {
    // The window is the model's, in recovery as outside.
  }

  @Override
  public void onRto(long nowNs, long bytesInFlight) {
    // Nobody answers: a few segments at a time until somebody does, then the model holds again.
    restricted = true;
  }

  @Override
  public void onSpurious(long nowNs) {
    restricted = false;
  }

  @Override
  public void setMaxSegmentBytes(int maxSegmentBytes) {
    mss = maxSegmentBytes;
  }

  @Override
  public long deliveryRateBytesPerSecond() {
    return latestRate;
  }

  @Override
  public String toString() {
    return String.format(
        "%s bw %d B/s minRtt %d us loss %.3f window %d",
        mode, bandwidth.max(), minRttNs / 1000, losses.randomLoss(), windowBytes());
  }
}

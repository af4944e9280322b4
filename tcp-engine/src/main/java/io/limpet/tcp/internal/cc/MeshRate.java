package io.limpet.tcp.internal.cc;

/**
 * Congestion control for lossy radio paths: keeps a small, equal share of the queue, and does not
 * care how much is lost on the way.
 *
 * <p>After a start that doubles until the pipe is full, the window follows the queueing delay in
 * the manner of FAST TCP: each flow keeps a fixed number of segments in the queue. So the link is
 * full and the queue short; and since all flows see the same delay, all get the same rate, whatever
 * they lose. Random loss is repaired and not obeyed: at a random loss p the link carries its full
 * rate, and (1-p) of it is delivered. What is lost only while the sender pushes is an overflow, and
 * is obeyed. From time to time the sender holds back for a round trip, which shows the path without
 * a queue: its round trip, and its loss. If somebody else keeps the queue full meanwhile, on a path
 * that loses nothing by itself, the window is CUBIC's until the queue runs empty again. Not
 * thread-safe.
 */
public final class MeshRate implements CongestionControl {
  private enum Mode {
    /** Twice as much each round, until the pipe is full. */
    STARTUP,
    /** What startup put into the queue drains. */
    DRAIN,
    /** The window follows the queueing delay. */
    STEADY,
    /** Less is sent than the path delivers, until the queue has gone. */
    RELEASE,
    /** One round without a queue. */
    HOLD_BACK
  }

  private static final double STARTUP_GAIN = 2.77;
  private static final double PACING_GAIN = 1.15;
  private static final double HOLD_BACK_GAIN = 0.5;
  private static final double QUIET_SHARE = 0.7;
  private static final double STEP = 0.5;
  private static final double FLIGHT_GAIN = 1.6;
  private static final double FULL_SHARE = 0.75;
  private static final double OVERFLOW_BACKOFF = 0.85;
  private static final double QUEUE_RECOVERY = 0.1;
  private static final double RECENT_DECAY = 0.8;
  private static final double RECENT_MIN = 32;
  private static final double MUCH = 0.15;
  private static final int QUEUE_SEGMENTS = 8;
  private static final int BANDWIDTH_ROUNDS = 10;
  private static final int MAX_DRAIN_ROUNDS = 3;
  private static final int SETTLING_ROUNDS = 6;

  /** Rounds without a queue before growth speeds up, and before it may again after an overflow. */
  private static final int PATIENT_ROUNDS = 2;

  private static final int CAUTIOUS_ROUNDS = 40;
  private static final int MIN_WINDOW_SEGMENTS = 4;
  private static final int INITIAL_SEGMENTS = 10;
  private static final int MAX_HINT_SEGMENTS = 64;

  /** Delay that timers and batches make without any queue. */
  private static final long SLACK_NS = 1_500_000L;

  private static final long SILENCE_NS = 500_000_000L;
  private static final long HOLD_BACK_GAP_NS = 1_000_000_000L;

  private int mss;
  private Mode mode = Mode.STARTUP;
  private Mode previousMode = Mode.STARTUP;
  private int roundsInMode;
  private final Round round = new Round();

  /** What the link carries: deliveries, and what chance took on the way added back. */
  private final RoundMaxFilter capacity = new RoundMaxFilter(BANDWIDTH_ROUNDS);

  private final RoundMaxFilter goodput = new RoundMaxFilter(BANDWIDTH_ROUNDS);
  private final Losses losses;
  private final RttFloor floor = new RttFloor();
  private final StartSearch start = new StartSearch();
  private final Rivalry rivalry = new Rivalry(SLACK_NS);
  private double window;
  private double queueSegments = QUEUE_SEGMENTS;
  private int emptyRounds;
  private double recentLost;
  private double recentTotal;
  private long srttNs;
  private long standingRttNs;
  private long releasedNs;
  private boolean joined;
  private long joinGapNs = HOLD_BACK_GAP_NS;
  private long heldBackRttNs = Long.MAX_VALUE;
  private long heldBackAtNs;
  private long latestRate;
  private long latestAckNs;
  private boolean restricted;
  private long hintRate;
  private long hintWindow;

  /** Makes a controller that knows nothing yet. */
  public MeshRate(int maxSegmentBytes) {
    this.mss = maxSegmentBytes;
    this.losses = new Losses(maxSegmentBytes);
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
    return capacity.max();
  }

  @Override
  public boolean isPathFilled() {
    return mode != Mode.STARTUP;
  }

  @Override
  public long windowBytes() {
    return ownWindowBytes() + losses.goneBytes();
  }

  private long ownWindowBytes() {
    long least = (long) MIN_WINDOW_SEGMENTS * mss;
    if (restricted) {
      return least;
    }
    long product = product(capacity.max());
    if (product == 0) {
      return Math.max((long) INITIAL_SEGMENTS * mss, hintWindow);
    }
    return switch (mode) {
      case STARTUP ->
          Math.max((long) (STARTUP_GAIN * product) + 2L * mss, (long) INITIAL_SEGMENTS * mss);
      case DRAIN -> Math.max(least, product);
      case RELEASE, HOLD_BACK -> Math.max(least, (long) (HOLD_BACK_GAIN * product(goodput.max())));
      case STEADY -> Math.max(least, rivalry.windowBytes((long) window));
    };
  }

  @Override
  public long pacingRateBytesPerSecond() {
    long rate = capacity.max();
    if (rate == 0) {
      long initial = srttNs == 0 ? 0 : rate((long) INITIAL_SEGMENTS * mss, srttNs);
      return srttNs == 0 ? 0 : Math.max(initial, hintRate);
    }
    double paced =
        switch (mode) {
          case STARTUP -> STARTUP_GAIN * rate;
          case DRAIN -> rate;
          case RELEASE, HOLD_BACK -> goodput.max();
          case STEADY -> PACING_GAIN * rate(ownWindowBytes(), Math.max(1, standingRttNs));
        };
    // Whoever was slow for lack of data would measure its own pace, and never find out.
    long least = srttNs == 0 ? 1 : rate((long) MIN_WINDOW_SEGMENTS * mss, srttNs);
    return Math.max(least, (long) paced);
  }

  /** The bytes that are in flight at a rate without a queue. */
  private long product(long bytesPerSecond) {
    return (long) (bytesPerSecond * (floor.ns() / 1e9));
  }

  private static long rate(long bytes, long intervalNs) {
    return (long) (bytes * 1e9 / intervalNs);
  }

  @Override
  public boolean isLossBased() {
    return false;
  }

  @Override
  public int onSent(long nowNs, int bytes, long bytesInFlight) {
    round.maxInFlight = Math.max(round.maxInFlight, bytesInFlight);
    return losses.onSent(bytes);
  }

  @Override
  public void onResolved(int sent, int bytes, boolean lost) {
    losses.onResolved(sent, bytes, lost);
  }

  @Override
  public void onAck(RateSample sample) {
    if (sample.ackedSackedBytes > 0) {
      restricted = false;
    }
    if (latestAckNs != 0 && sample.nowNs - latestAckNs > SILENCE_NS) {
      floor.onSilence(sample.nowNs - latestAckNs);
    }
    if (latestAckNs == 0) {
      heldBackAtNs = sample.nowNs - 2 * HOLD_BACK_GAP_NS;
    }
    latestAckNs = sample.nowNs;
    takeRtt(sample);
    takeRate(sample);
    round.add(sample);
    if (rivalry.onAck(sample, srttNs, mode == Mode.STEADY, heldBackAtNs)) {
      holdBack();
    }
    if (round.isOver(sample, floor.ns())) {
      endRound(sample);
    }
    switch (mode) {
      case DRAIN -> {
        if (sample.inFlight <= windowBytes()) {
          settle();
        }
      }
      case RELEASE -> {
        if (sample.inFlight <= windowBytes()) {
          enter(Mode.HOLD_BACK);
          round.begin(sample);
        }
      }
      case STEADY -> {
        if (!rivalry.isOn() && floor.isRefreshDue(sample.nowNs)) {
          holdBack();
        }
      }
      case STARTUP, HOLD_BACK -> {
        // These end with a round.
      }
    }
  }

  private void takeRtt(RateSample sample) {
    long rtt = sample.rttNs;
    if (rtt <= 0) {
      return;
    }
    srttNs = srttNs == 0 ? rtt : srttNs + (rtt - srttNs) / 8;
    standingRttNs = standingRttNs == 0 ? rtt : standingRttNs;
    heldBackRttNs = Math.min(heldBackRttNs, rtt);
    floor.onSample(sample.nowNs, rtt);
  }

  private void takeRate(RateSample sample) {
    if (sample.intervalNs <= 0) {
      return;
    }
    long credit = losses.credit(sample.deliveredBytes, sample.lostBytes);
    long carried = rate(sample.deliveredBytes + credit, sample.intervalNs);
    latestRate = rate(sample.deliveredBytes, sample.intervalNs);
    if (!sample.isAppLimited || carried > capacity.max()) {
      capacity.add(carried);
      goodput.add(latestRate);
    }
  }

  private void endRound(RateSample sample) {
    long queuedNs = queueNs();
    standingRttNs = round.hasRtt() ? round.minRttNs : standingRttNs;
    releasedNs = queuedNs - queueNs();
    roundsInMode++;
    Mode ended = mode;
    switch (mode) {
      case STARTUP -> endStartupRound();
      case DRAIN -> {
        if (roundsInMode >= MAX_DRAIN_ROUNDS) {
          settle();
        }
      }
      case STEADY -> endSteadyRound(sample.nowNs);
      case RELEASE -> {
        if (roundsInMode >= MAX_DRAIN_ROUNDS) {
          enter(Mode.HOLD_BACK);
        }
      }
      case HOLD_BACK -> {
        // Where much is lost it takes more to know how much.
        if (roundsInMode >= (losses.random() < MUCH ? 1 : 2)) {
          endHoldBack(sample.nowNs);
        }
      }
    }
    previousMode = ended;
    if (ended == Mode.STEADY && queueNs() <= 2 * wantedQueueNs()) {
      losses.endsAsCruise();
    }
    nextStretch();
    if (!round.isAppLimited) {
      capacity.nextRound();
      goodput.nextRound();
    }
    round.begin(sample);
  }

  private void nextStretch() {
    losses.beginStretch(
        switch (mode) {
          case HOLD_BACK -> LossLedger.Kind.HELD_BACK;
          case STARTUP -> LossLedger.Kind.START;
          case DRAIN, STEADY, RELEASE -> LossLedger.Kind.OTHER;
        },
        floor.ns());
  }

  private long queueNs() {
    return Math.max(0, standingRttNs - floor.ns());
  }

  /** The delay at which this flow is content. */
  private long wantedQueueNs() {
    double rate = Math.max(1, window * 1e9 / Math.max(1, standingRttNs));
    return SLACK_NS + (long) (queueSegments * mss * 1e9 / rate);
  }

  private void endStartupRound() {
    double lost = losses.segments(round.lostBytes);
    double total = losses.segments(round.lostBytes + round.deliveredBytes);
    boolean overflows = start.isLossier(lost, total) && total >= RECENT_MIN;
    if (round.isAppLimited && !overflows) {
      return;
    }
    boolean full = start.onRound(capacity.max());
    boolean queued = standingRttNs > 2 * (floor.ns() + SLACK_NS);
    if (full || queued || overflows) {
      losses.learnFromStart((long) (QUIET_SHARE * product(goodput.max())));
      enter(Mode.DRAIN);
    }
  }

  private void settle() {
    resume();
    standingRttNs = Math.min(standingRttNs, floor.ns() + SLACK_NS);
    enter(Mode.STEADY);
  }

  /** Full rate, and a share of the queue. */
  private void resume() {
    window = product(capacity.max()) + queueSegments * mss;
  }

  private void endSteadyRound(long nowNs) {
    if (roundsInMode > SETTLING_ROUNDS) {
      rivalry.onRound(nowNs, queueNs());
    }
    if (previousMode == Mode.STEADY && !rivalry.isOn()) {
      watchOverflow(nowNs);
      joinOthers(nowNs);
    }
    adjust();
  }

  /** Once a round: the window of FAST TCP, half of the way at a time. */
  private void adjust() {
    double rtt = standingRttNs;
    double growth = growth();
    double wanted =
        window * Math.min(1, (floor.ns() + SLACK_NS) / rtt) + queueSegments * growth * mss;
    double next = window + STEP * (Math.min(wanted, 2 * window) - window);
    if (next > window && round.maxInFlight < FULL_SHARE * window) {
      // Not the window holds this flow back.
      return;
    }
    // More in flight than comes back, chance allowed for, only overflows a queue too short to see.
    double sent = goodput.max() / (1 - losses.random());
    double most = FLIGHT_GAIN * sent * (rtt / 1e9) + queueSegments * growth * mss;
    window = Math.max((double) MIN_WINDOW_SEGMENTS * mss, Math.min(next, most));
  }

  /** While no queue shows at all the link has become faster: twice as much each time. */
  private double growth() {
    if (queueNs() > SLACK_NS / 2) {
      emptyRounds = Math.min(emptyRounds, 0);
      return 1;
    }
    emptyRounds++;
    int doublings = Math.min(Math.max(0, emptyRounds - PATIENT_ROUNDS), 10);
    return Math.max(1, Math.min(1 << doublings, window / mss / QUEUE_SEGMENTS));
  }

  /**
   * More is lost than chance takes: either the path has become worse, or the queue is too short for
   * what we keep in it. To hold back for a moment tells.
   */
  private void watchOverflow(long nowNs) {
    recentLost = recentLost * RECENT_DECAY + losses.segments(round.lostBytes);
    recentTotal =
        recentTotal * RECENT_DECAY + losses.segments(round.lostBytes + round.deliveredBytes);
    if (recentTotal < RECENT_MIN || !losses.mayBeExcess(recentLost, recentTotal)) {
      queueSegments = Math.min(QUEUE_SEGMENTS, queueSegments + QUEUE_RECOVERY);
      return;
    }
    recentLost = 0;
    recentTotal = 0;
    window *= OVERFLOW_BACKOFF;
    emptyRounds = -CAUTIOUS_ROUNDS;
    queueSegments = Math.max(1, queueSegments * OVERFLOW_BACKOFF);
    if (nowNs - heldBackAtNs > HOLD_BACK_GAP_NS) {
      holdBack();
    }
  }

  /** Others have let go of the queue: only if all do so at once does anybody see the path. */
  private void joinOthers(long nowNs) {
    boolean released =
        releasedNs > Math.max(2 * SLACK_NS, floor.ns() / 8) && releasedNs > queueNs() / 3;
    if (released
        && roundsInMode > 2
        && losses.random() < MUCH
        && nowNs - heldBackAtNs > joinGapNs) {
      joined = true;
      holdBack();
    }
  }

  private void holdBack() {
    heldBackRttNs = Long.MAX_VALUE;
    enter(Mode.RELEASE);
  }

  private void endHoldBack(long nowNs) {
    if (floor.isRefreshDue(nowNs)) {
      floor.onRefreshed(nowNs);
    }
    heldBackAtNs = nowNs;
    long leftNs = heldBackRttNs == Long.MAX_VALUE ? 0 : heldBackRttNs - floor.ns();
    if (joined) {
      joined = false;
      joinGapNs = leftNs > 2 * SLACK_NS ? 2 * joinGapNs : HOLD_BACK_GAP_NS;
    }
    if (rivalry.onHeldBack(leftNs, floor.ns(), losses.random(), (long) window, mss)) {
      resume();
    }
    floor.setMayRise(!rivalry.isOn());
    enter(Mode.STEADY);
  }

  private void enter(Mode next) {
    mode = next;
    roundsInMode = 0;
    nextStretch();
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
    // While others of the connections that share the path hear of the peer, it is no outage.
    restricted |= latestAckNs == 0 || nowNs - latestAckNs > 2 * srttNs;
  }

  @Override
  public void onSpurious(long nowNs) {
    restricted = false;
  }

  @Override
  public void setMaxSegmentBytes(int maxSegmentBytes) {
    mss = maxSegmentBytes;
    losses.setMaxSegmentBytes(maxSegmentBytes);
    rivalry.setMaxSegmentBytes(maxSegmentBytes);
  }

  @Override
  public long deliveryRateBytesPerSecond() {
    return latestRate;
  }

  @Override
  public String toString() {
    return String.format(
        "%s%s capacity %d B/s floor %d us rtt %d us loss %.3f window %d",
        mode,
        rivalry.isOn() ? " competing" : "",
        capacity.max(),
        floor.ns() / 1000,
        standingRttNs / 1000,
        losses.random(),
        windowBytes());
  }
}

package io.limpet.link.internal.beacon;

import java.util.random.RandomGenerator;

/**
 * When the next hello is due: a Trickle timer (RFC 6206 section 4.2) with a quick start, inside an
 * airtime budget. Sans-IO; not thread-safe.
 *
 * <p>The redundancy constant k is infinite: every hello is evidence of its own sender, and hearing
 * the others' must not hide it. What suppression would save is saved by an Imax that grows with the
 * number of nodes. In quiet times a quarter of the budget is used; the rest is for what somebody
 * wants to hear. An inconsistency (RFC 6206 section 4.2, rule 6) is answered by one more hello and
 * not by a new start of the timer: the others have said when they will be heard next, and whoever
 * lacks anything asks.
 */
public final class BeaconSchedule {
  private static final long MS = 1_000_000L;
  private static final long[] QUICK_NS = {0, 150 * MS, 400 * MS, 1_000 * MS};
  private static final long I_MIN_NS = 1_000 * MS;
  private static final long SMALLEST_I_MAX_NS = 4_000 * MS;

  /** As long as the budget allows it, nobody has to wait longer for a sign. */
  private static final long COMFORTABLE_I_MAX_NS = 40_000 * MS;

  private static final double QUIET_PART = 0.25;
  private static final double TIGHT_PART = 0.5;
  private static final long MOST_OWED_NS = AirtimeBudget.BURST_NS / 2;
  private static final long MIN_GAP_NS = 60 * MS;

  /** All nodes together say no more than forty hellos a second, whatever happens. */
  private static final long GAP_PER_NODE_NS = 25 * MS;

  private final RandomGenerator random;
  private final AirtimeBudget budget;
  private int population = 1;
  private int quickStep;
  private long quickStartNs;
  private long intervalNs = I_MIN_NS;
  private long intervalStartNs;
  private long regularNs;
  private boolean extraWanted;
  private long extraNs;
  private long lastSentNs;
  private boolean sentBefore;
  private long shortCostNs = Airtime.multicastNs(110, false);
  private long longCostNs = Airtime.multicastNs(330, false);

  /**
   * Makes a schedule whose first hello is due at once.
   *
   * @param airtimeShare of the medium, for the hellos of all nodes together, 0..1 without 0
   */
  public BeaconSchedule(long nowNs, double airtimeShare, RandomGenerator random) {
    this.random = random;
    this.budget = new AirtimeBudget(nowNs, airtimeShare);
    restart(nowNs);
  }

  /** Something that hellos say has changed: quick start again. */
  public void restart(long nowNs) {
    quickStep = 0;
    quickStartNs = nowNs;
    intervalNs = iMinNs();
    regularNs = noSooner(nowNs, MIN_GAP_NS);
  }

  /** Somebody wants to hear us: one more hello within the spread, as soon as there is airtime. */
  public void want(long nowNs, long spreadNs) {
    long wishNs = earliest(nowNs + random.nextLong(Math.max(1, spreadNs)));
    if (!extraWanted || wishNs - extraNs < 0) {
      extraNs = wishNs;
    }
    extraWanted = true;
  }

  /**
   * Somebody doubts that we are here: the regular hello comes now. It does not wait for airtime, as
   * long as not too much is owed: an answer that comes late is none.
   */
  public void hasten(long nowNs, long spreadNs) {
    long wishNs = earliest(nowNs + random.nextLong(spreadNs));
    if (wishNs - regularNs < 0 && !isQuick() && budget.affordableAtNs(-MOST_OWED_NS) <= nowNs) {
      regularNs = wishNs;
      intervalStartNs = wishNs - intervalNs;
    }
  }

  /** Says whether one more hello than the timer's is wanted. */
  public boolean isExtraWanted() {
    return extraWanted;
  }

  /** Returns over what time all nodes shall spread what each of them has to say. */
  public long spreadNs() {
    return 20 * MS + population * GAP_PER_NODE_NS;
  }

  /** Returns the time that a node leaves between two hellos of its own. */
  public long gapNs() {
    return Math.max(MIN_GAP_NS, population * GAP_PER_NODE_NS);
  }

  /** Sets how many nodes are in reach, this one included. */
  public void setPopulation(long nowNs, int nodes) {
    population = Math.max(1, nodes);
    budget.setPopulation(nowNs, population);
  }

  private long iMinNs() {
    return Math.max(I_MIN_NS, 2 * spreadNs());
  }

  /** Returns the longest interval for the present population. */
  public long maxIntervalNs() {
    long quietNs = budget.intervalNs(shortCostNs, QUIET_PART);
    long tightNs = budget.intervalNs(shortCostNs, TIGHT_PART);
    long longestNs = Math.max(COMFORTABLE_I_MAX_NS, tightNs);
    return Math.max(SMALLEST_I_MAX_NS, Math.min(quietNs, longestNs));
  }

  /** Says whether the hellos of the quick start are not over. */
  public boolean isQuick() {
    return quickStep < QUICK_NS.length;
  }

  /** Returns when the next hello is due. */
  public long dueNs() {
    if (!extraWanted) {
      return regularNs;
    }
    // What the next regular hello will cost is not for extra ones.
    long affordableNs = budget.affordableAtNs(longCostNs + shortCostNs);
    long atNs = affordableNs - extraNs > 0 ? affordableNs : extraNs;
    return atNs - regularNs < 0 ? atNs : regularNs;
  }

  /** Returns the longest time until others hear the next hello. */
  public long promisedNs(long nowNs) {
    return Math.max(0, regularNs - nowNs);
  }

  /** Plans what comes after the hello that is about to be sent. */
  public void onSending(long nowNs) {
    lastSentNs = nowNs;
    sentBefore = true;
    extraWanted = false;
    if (nowNs - regularNs < 0) {
      regularNs = earliest(regularNs);
      return;
    }
    quickStep = Math.min(quickStep + 1, QUICK_NS.length + 1);
    if (isQuick()) {
      long jitterNs = random.nextLong(30 * MS + gapNs() / 4);
      regularNs = earliest(quickStartNs + QUICK_NS[quickStep]) + jitterNs;
      return;
    }
    if (quickStep == QUICK_NS.length) {
      intervalStartNs = nowNs;
      intervalNs = iMinNs();
    } else {
      // RFC 6206 section 4.2, rule 6: at the end of an interval it doubles.
      long endNs = intervalStartNs + intervalNs;
      intervalStartNs = endNs - nowNs > 0 ? endNs : nowNs;
      intervalNs = Math.max(iMinNs(), Math.min(maxIntervalNs(), intervalNs * 2));
    }
    // Rule 2: t is a random point in [I/2, I).
    regularNs = earliest(intervalStartNs + intervalNs / 2 + random.nextLong(intervalNs / 2));
  }

  /** Notes what the hello cost. */
  public void onSent(long nowNs, long airtimeNs, boolean isLong) {
    budget.spend(nowNs, airtimeNs);
    if (isLong) {
      longCostNs = airtimeNs;
    } else {
      shortCostNs += (airtimeNs - shortCostNs) / 4;
    }
  }

  private long earliest(long wishNs) {
    return noSooner(wishNs, gapNs());
  }

  private long noSooner(long wishNs, long gapNs) {
    long soonestNs = lastSentNs + gapNs;
    return sentBefore && wishNs - soonestNs < 0 ? soonestNs : wishNs;
  }
}

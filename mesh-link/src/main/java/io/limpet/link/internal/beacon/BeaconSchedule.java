package io.limpet.link.internal.beacon;

import java.util.random.RandomGenerator;

/**
 * When the next hello is due: a Trickle timer (RFC 6206 section 4.2) with a quick start. Sans-IO;
 * not thread-safe.
 *
 * <p>The redundancy constant k is infinite: every hello is evidence of its own sender, and hearing
 * the others' must not hide it. What suppression would save is saved by an Imax that grows with the
 * number of nodes, so that all hellos together stay inside an airtime budget.
 */
public final class BeaconSchedule {
  private static final long MS = 1_000_000L;
  private static final long[] QUICK_NS = {0, 150 * MS, 400 * MS, 1_000 * MS};
  private static final long I_MIN_NS = 1_000 * MS;
  private static final long SMALLEST_I_MAX_NS = 4_000 * MS;
  private static final long LARGEST_I_MAX_NS = 60_000 * MS;
  private static final long MIN_GAP_NS = 60 * MS;

  /** Share of the budget for one node: so many nodes at once make two hellos a second together. */
  private static final long NS_PER_NODE = 500 * MS;

  private final RandomGenerator random;
  private int population = 1;
  private int quickStep;
  private long quickStartNs;
  private long intervalNs = I_MIN_NS;
  private long intervalStartNs;
  private long dueNs;
  private long lastSentNs;
  private boolean sentBefore;

  /** Makes a schedule whose first hello is due at once. */
  public BeaconSchedule(long nowNs, RandomGenerator random) {
    this.random = random;
    restart(nowNs);
  }

  /** Something that hellos say has changed: quick start again. */
  public void restart(long nowNs) {
    quickStep = 0;
    quickStartNs = nowNs;
    intervalNs = I_MIN_NS;
    dueNs = earliest(nowNs);
  }

  /** A newcomer was heard: it shall know of us soon, but not of everyone in the same instant. */
  public void onNewcomer(long nowNs) {
    long spreadNs = Math.min(800 * MS, 20 * MS + population * (15 * MS));
    long wishNs = earliest(nowNs + random.nextLong(spreadNs));
    if (wishNs - dueNs < 0) {
      dueNs = wishNs;
    }
  }

  /** Sets how many nodes are in reach, this one included. */
  public void setPopulation(int nodes) {
    population = Math.max(1, nodes);
  }

  /** Returns the longest interval for the present population. */
  public long maxIntervalNs() {
    return Math.min(LARGEST_I_MAX_NS, Math.max(SMALLEST_I_MAX_NS, population * NS_PER_NODE));
  }

  /** Returns when the next hello is due. */
  public long dueNs() {
    return dueNs;
  }

  /** Notes that the due hello was sent, and plans the next. */
  public void onSent(long nowNs) {
    lastSentNs = nowNs;
    sentBefore = true;
    quickStep++;
    if (quickStep < QUICK_NS.length) {
      long jitterNs = random.nextLong(30 * MS);
      dueNs = earliest(quickStartNs + QUICK_NS[quickStep] + jitterNs);
      return;
    }
    if (quickStep == QUICK_NS.length) {
      intervalStartNs = nowNs;
      intervalNs = I_MIN_NS;
    } else {
      // RFC 6206 section 4.2, rule 6: at the end of an interval it doubles.
      long endNs = intervalStartNs + intervalNs;
      intervalStartNs = endNs - nowNs > 0 ? endNs : nowNs;
      intervalNs = Math.min(maxIntervalNs(), intervalNs * 2);
    }
    // Rule 2: t is a random point in [I/2, I).
    dueNs = intervalStartNs + intervalNs / 2 + random.nextLong(intervalNs / 2);
    dueNs = earliest(dueNs);
  }

  private long earliest(long wishNs) {
    long soonestNs = lastSentNs + MIN_GAP_NS;
    return sentBefore && wishNs - soonestNs < 0 ? soonestNs : wishNs;
  }
}

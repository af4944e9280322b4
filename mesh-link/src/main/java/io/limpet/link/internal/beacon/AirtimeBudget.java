package io.limpet.link.internal.beacon;

/**
 * One node's part of the airtime that all hellos of a mesh may take together: a bucket that fills
 * at the share of the mesh divided by the number of nodes, and holds enough for news that must be
 * told at once. Sans-IO; not thread-safe.
 */
public final class AirtimeBudget {
  /** What a full bucket holds: some twelve long hellos. */
  public static final long BURST_NS = 48_000_000L;

  private final double share;
  private double nodes = 1;
  private double savedNs = BURST_NS;
  private long atNs;

  /**
   * Makes a full budget.
   *
   * @param share of the airtime, for the hellos of all nodes together, 0..1 without 0
   */
  public AirtimeBudget(long nowNs, double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a share of the airtime lies between 0 and 1");
    }
    this.share = share;
    this.atNs = nowNs;
  }

  /** Sets among how many nodes the airtime is shared. */
  public void setPopulation(long nowNs, int population) {
    refill(nowNs);
    nodes = Math.max(1, population);
  }

  /** Takes what a hello cost; more than is there delays the next. */
  public void spend(long nowNs, long airtimeNs) {
    refill(nowNs);
    savedNs = Math.max(-BURST_NS, savedNs - airtimeNs);
  }

  /** Returns from when on there is enough for a hello that costs so much; maybe a past time. */
  public long affordableAtNs(long airtimeNs) {
    double missingNs = Math.min(airtimeNs, BURST_NS) - savedNs;
    return missingNs <= 0 ? atNs : atNs + (long) Math.ceil(missingNs * nodes / share);
  }

  /** Returns the interval at which hellos of this cost take the given part of the budget. */
  public long intervalNs(long airtimeNs, double part) {
    return (long) (airtimeNs * nodes / (share * part));
  }

  private void refill(long nowNs) {
    savedNs = Math.min(BURST_NS, savedNs + (nowNs - atNs) * share / nodes);
    atNs = nowNs;
  }
}

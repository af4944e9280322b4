package io.limpet.link.internal.beacon;

/**
 * How often our hello is repeated for one peer that says it does not hear us: at longer and longer
 * intervals, for it may be deaf to us for good. Sans-IO; not thread-safe.
 */
public final class Repeats {
  /** So many hellos in vain are chance; then the intervals double. */
  private static final int FREE = 5;

  private static final int MAX_DOUBLINGS = 6;

  private int inVain;
  private long heardOf;
  private long nextNs;

  /**
   * The peer does not hear us.
   *
   * @param said how many long hellos we have sent
   * @param gapNs the time between two hellos of ours
   * @return whether to repeat ourselves for it
   */
  public boolean onUnheard(long nowNs, long said, long gapNs) {
    if (said != heardOf) {
      heardOf = said;
      inVain++;
      nextNs = inVain <= FREE ? nowNs : nowNs + (gapNs << Math.min(MAX_DOUBLINGS, inVain - FREE));
    }
    return nowNs - nextNs >= 0;
  }

  /** The peer hears us. */
  public void onHeard() {
    inVain = 0;
  }
}

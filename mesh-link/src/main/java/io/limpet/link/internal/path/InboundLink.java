package io.limpet.link.internal.path;

import io.limpet.link.Carrier;

/**
 * One way from a peer to here: when something authentic last came by it, and how many tests in a
 * row should have come by it and did not. Not thread-safe.
 */
public final class InboundLink {
  private static final long DEAD_AFTER_NS = 300_000_000L;
  private static final long NEVER = Long.MIN_VALUE;

  private final int interfaceIndex;
  private final Carrier carrier;
  private long heardNs = NEVER;
  private int missed;
  private long missedSinceNs;

  /** Makes a link on which nothing was heard yet. */
  public InboundLink(int interfaceIndex, Carrier carrier) {
    this.interfaceIndex = interfaceIndex;
    this.carrier = carrier;
  }

  /** Something authentic came. */
  public void onHeard(long nowNs) {
    heardNs = nowNs;
    missed = 0;
  }

  /** The peer answered a test by another way, and its answer by this one did not come. */
  public void onMissed(long nowNs) {
    if (missed++ == 0) {
      missedSinceNs = nowNs;
    }
  }

  /** Forgets the tests: the peer, or this process, was away. */
  public void forgive() {
    missed = 0;
  }

  /** Returns the facts, given the share of datagrams that is lost by chance, 0..1. */
  public LinkFacts facts(long nowNs, double loss) {
    return new LinkFacts(
        heardAgeNs(nowNs),
        false,
        missed,
        missed == 0 ? -1 : nowNs - missedSinceNs,
        Patience.enough(loss),
        0,
        DEAD_AFTER_NS,
        false,
        0,
        PathTiming.restNs(carrier));
  }

  /** Returns the time since anything came, or {@link Long#MAX_VALUE}. */
  public long heardAgeNs(long nowNs) {
    return heardNs == NEVER ? Long.MAX_VALUE : nowNs - heardNs;
  }

  /** Returns how many tests in a row did not come. */
  public int missed() {
    return missed;
  }

  /** Returns when the first of {@link #missed} was missed. */
  public long missedSinceNs() {
    return missedSinceNs;
  }

  /** Returns the local interface. */
  public int interfaceIndex() {
    return interfaceIndex;
  }

  /** Returns the carrier. */
  public Carrier carrier() {
    return carrier;
  }
}

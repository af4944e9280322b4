package io.limpet.link.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.link.internal.limit.FairBuckets;
import io.limpet.link.internal.limit.TimeShare;
import java.net.InetAddress;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * How much of the processor signatures of hellos may cost: a share of one core, by measured time,
 * for peers that are known, and another for strangers. So a flood of false identities leaves the
 * known theirs, and no flood holds the loop.
 *
 * <p>Anyone can name a known peer, and any source: of its share, nobody who is named takes more
 * than a few checks a second, and among strangers no source does. Fixed memory. Not thread-safe.
 */
final class CheckBudget {
  /** Of one core, for each of the two. */
  static final double SHARE = 0.05;

  /**
   * A room full of newcomers is checked at once, and by a cold machine, before anyone is refused.
   */
  static final long SAVED_NS = 250_000_000L;

  /** What a check costs where nobody measures, in simulations: about that of a small machine. */
  static final long NOMINAL_NS = 150_000L;

  /** What it costs to take a hello apart and find nothing in it worth a check. */
  static final long READ_NS = 15_000L;

  /** More than this was not the check but a pause of the machine. */
  private static final long MOST_NS = 5_000_000L;

  private static final int CHECKS_OF_ONE = 20;
  private static final int BURST_OF_ONE = 40;

  private final TimeShare known = new TimeShare(SHARE, SAVED_NS);
  private final TimeShare strangers = new TimeShare(SHARE, SAVED_NS);
  private final FairBuckets byName;
  private final FairBuckets bySource;
  private LongSupplier clock;

  CheckBudget(RandomGenerator random) {
    byName = new FairBuckets(CHECKS_OF_ONE, BURST_OF_ONE, random);
    bySource = new FairBuckets(CHECKS_OF_ONE, BURST_OF_ONE, random);
    clock = new NominalClock();
  }

  /** Measures with this clock from now on, in nanoseconds. */
  void measureWith(LongSupplier nanoClock) {
    clock = nanoClock;
  }

  /**
   * Says whether a hello may be checked that claims to be of this peer.
   *
   * @param isKnown whether there has been an association with the peer; of others {@link #mayRead}
   *     has been asked before
   */
  boolean mayCheck(long nowNs, boolean isKnown, MeshAddress claimed) {
    return isKnown
        ? known.isLeft(nowNs) && byName.tryTake(nowNs, claimed.low())
        : strangers.isLeft(nowNs);
  }

  /**
   * Says whether a stranger's hello may be taken apart, and charges for it: most of a flood is
   * refused before any signature is checked, and must not be free for that.
   */
  boolean mayRead(long nowNs, InetAddress source) {
    boolean may = strangers.isLeft(nowNs) && bySource.tryTake(nowNs, FairBuckets.sender(source));
    if (may) {
      strangers.spend(READ_NS);
    }
    return may;
  }

  /** Returns the time to hand to {@link #ended}. */
  long begun() {
    return clock.getAsLong();
  }

  /** Notes what a check, and the first computation with the peer's keys, have cost. */
  void ended(boolean isKnown, long begunNs) {
    long costNs = Math.min(MOST_NS, Math.max(0, clock.getAsLong() - begunNs));
    (isKnown ? known : strangers).spend(costNs);
  }

  /** Goes on by the same at each look. */
  private static final class NominalClock implements LongSupplier {
    private long ns;

    @Override
    public long getAsLong() {
      ns += NOMINAL_NS;
      return ns;
    }
  }
}

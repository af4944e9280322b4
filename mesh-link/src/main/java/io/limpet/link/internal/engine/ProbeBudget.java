package io.limpet.link.internal.engine;

import io.limpet.link.internal.limit.TimeShare;
import io.limpet.link.internal.path.OutboundPath;

/**
 * How many questions whether a path works may go by multicast: each of them, and its answer, takes
 * air from everybody. All nodes together share what one mesh bears, so that on a full air, where
 * answers come late, the questions of all pairs do not fill it more.
 *
 * <p>Whoever may not ask waits as if it had asked in vain. Not thread-safe.
 */
final class ProbeBudget {
  private static final double OF_ALL_PER_SECOND = 120;
  private static final double LEAST_PER_SECOND = 2;

  /** What is saved up: a change of the network is looked at on all paths at once. */
  private static final long SAVED_NS = 2_000_000_000L;

  private static final double NS_PER_SECOND = 1e9;

  /** A question costs the time between two of them. */
  private final TimeShare time = new TimeShare(1, SAVED_NS);

  /**
   * Says whether the path may be probed now, and takes it from the budget.
   *
   * @param population how many nodes there are
   */
  boolean tryTake(long nowNs, OutboundPath path, int population) {
    if (!path.carrier().isMulticast()) {
      return true;
    }
    if (!time.isLeft(nowNs)) {
      return false;
    }
    double perSecond = Math.max(LEAST_PER_SECOND, OF_ALL_PER_SECOND / Math.max(1, population));
    time.spend((long) Math.ceil(NS_PER_SECOND / perSecond));
    return true;
  }
}

package io.limpet.link.internal.path;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which of several paths to a peer is best, by what was measured on them.
 *
 * <p>A path costs the time that a datagram is expected to take: its unloaded round trip, what the
 * interface needs to put a few datagrams on the wire, and for each one lost about four times that,
 * because somebody has to notice. A constant is added, so that small differences between fast paths
 * do not count. Who is to replace a path that works must be much cheaper ({@link #GAIN}): the
 * figures of two equal paths wander, and each change costs a reordering.
 */
final class PathRanking {
  private static final long MS = 1_000_000L;
  private static final long BASE_NS = 10 * MS;
  private static final long UNKNOWN_RTT_NS = 20 * MS;
  private static final double COST_OF_LOSS = 4;
  private static final double GAIN = 1.5;

  /** So many proofs make a path that was new, or dead, a candidate. */
  private static final int TRIED_PROOFS = 3;

  private PathRanking() {}

  /** Returns what a datagram costs on this path, in nanoseconds. */
  static double cost(OutboundPath path) {
    long timeNs = BASE_NS + path.floor().ns(UNKNOWN_RTT_NS) + path.serialisationNs();
    return timeNs * (1 + COST_OF_LOSS * path.loss().loss());
  }

  /** Says why the first is so much better than the second that it pays to change; null when not. */
  static @Nullable String whyBetter(long nowNs, OutboundPath candidate, OutboundPath current) {
    boolean tried = candidate.floor().isKnown() && candidate.proofs() >= TRIED_PROOFS;
    if (!tried || !isAlive(nowNs, candidate) || cost(candidate) * GAIN >= cost(current)) {
      return null;
    }
    return String.format(
        Locale.ROOT,
        "better: %s loses %.0f %% at %.1f ms, %s %.0f %% at %.1f ms",
        candidate.interfaceName(),
        100 * candidate.loss().loss(),
        candidate.floor().ns(UNKNOWN_RTT_NS) / 1e6,
        current.interfaceName(),
        100 * current.loss().loss(),
        current.floor().ns(UNKNOWN_RTT_NS) / 1e6);
  }

  /** Says whether a path would pass a datagram, as far as anybody can know without sending one. */
  static boolean isAlive(long nowNs, OutboundPath path) {
    return path.proofAgeNs(nowNs) < PathTiming.TRUST_NS
        && !Patience.isSuspicious(nowNs, path)
        && (path.unconfirmed() == 0
            || path.unconfirmedForNs(nowNs) < PathTiming.STANDBY_PATIENCE_NS);
  }

  /**
   * Returns what takes over when the path in use fails: alive, on another interface if there is
   * one, and the cheapest of those. Without any that is known to be alive, one that once was and is
   * on another interface: should the present one be dead, there is nothing to lose.
   */
  static @Nullable OutboundPath standby(
      long nowNs, List<OutboundPath> candidates, @Nullable OutboundPath inUse) {
    OutboundPath best = null;
    OutboundPath lastResort = null;
    for (OutboundPath path : candidates) {
      if (path == inUse) {
        continue;
      }
      if (isAlive(nowNs, path)) {
        best = isBetterStandby(path, best, inUse) ? path : best;
      } else if (path.isProven() && isElsewhere(path, inUse)) {
        lastResort = path;
      }
    }
    return best == null ? lastResort : best;
  }

  private static boolean isBetterStandby(
      OutboundPath path, @Nullable OutboundPath best, @Nullable OutboundPath inUse) {
    if (best == null) {
      return true;
    }
    boolean apart = isElsewhere(path, inUse);
    return apart == isElsewhere(best, inUse) ? cost(path) < cost(best) : apart;
  }

  /** Says whether a path does not share the fate of another's interface. */
  static boolean isElsewhere(@Nullable OutboundPath one, @Nullable OutboundPath another) {
    return one != null && another != null && one.interfaceIndex() != another.interfaceIndex();
  }
}

package io.limpet.link.internal.path;

import java.util.List;

/** How long one path may stay unconfirmed: the more it loses and the slower it is, the longer. */
final class Patience {
  private static final long MS = 1_000_000L;

  private Patience() {}

  static long minimumRttNs(List<OutboundPath> paths) {
    long minimum = Long.MAX_VALUE;
    for (OutboundPath path : paths) {
      minimum = Math.min(minimum, path.rtt().upperBoundNs(0));
    }
    return minimum;
  }

  static boolean isSuspicious(long nowNs, OutboundPath path) {
    return path.unconfirmed() >= PathTiming.MIN_UNCONFIRMED
        && path.unconfirmedForNs(nowNs) >= suspectAfterNs(path);
  }

  static long suspectAfterNs(OutboundPath path) {
    long baseNs = Math.max(PathTiming.SUSPECT_NS, 2 * path.rtt().upperBoundNs(125 * MS));
    return (long) (baseNs * (1 + 4 * path.roundTripLoss()));
  }

  static long verifyAfterNs(OutboundPath path) {
    return Math.max(60 * MS, path.rtt().upperBoundNs(30 * MS) + 30 * MS);
  }
}

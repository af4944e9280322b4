package io.limpet.link.internal.path;

import java.util.List;

/** How long one path may stay unconfirmed: the more it loses and the slower it is, the longer. */
final class Patience {
  private static final long MS = 1_000_000L;

  /** Within what time a peer confirms what it received, and a little more. */
  private static final long REPORT_NS = 80 * MS;

  private Patience() {}

  static long minimumRttNs(List<OutboundPath> paths) {
    long minimum = Long.MAX_VALUE;
    for (OutboundPath path : paths) {
      minimum = Math.min(minimum, path.rtt().upperBoundNs(0));
    }
    return minimum;
  }

  /**
   * Says whether a confirmation is overdue: no verdict yet, but a reason to use another way too.
   */
  static boolean isLate(long nowNs, OutboundPath path) {
    return path.unconfirmedForNs(nowNs) >= verifyAfterNs(path);
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
    // A report waits for company; where some are lost the next one says the same.
    long nextReportNs = path.rtt().upperBoundNs(30 * MS) + REPORT_NS;
    return (long) (Math.max(110 * MS, nextReportNs) * (1 + 2 * path.roundTripLoss()));
  }
}

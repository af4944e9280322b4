package io.limpet.link.internal.path;

import java.util.List;

/** How long one path may stay unconfirmed: the more it loses and the slower it is, the longer. */
final class Patience {
  private static final long MS = 1_000_000L;

  /** What is regarded as chance where little or nothing was measured, and where most is lost. */
  private static final double LEAST_LOSS = 0.2;

  private static final double MOST_LOSS = 0.7;
  private static final double UNLIKELY = 1e-4;
  private static final double DOUBTFUL = 1e-3;

  /** Within what time a peer confirms what it received, and a little more. */
  private static final long REPORT_NS = 80 * MS;

  /** Twice the time within which a peer confirms at its leisure. */
  private static final long LATE_NS = 150 * MS;

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
    return path.unconfirmedForNs(nowNs) >= lateAfterNs(path);
  }

  /**
   * Returns how long a confirmation may take before another way is used too: that is cheap, and so
   * a round trip that was once measured far too long shall not put it off.
   */
  static long lateAfterNs(OutboundPath path) {
    long rttNs = Math.max(0, path.rtt().smoothedNs());
    return Math.min(verifyAfterNs(path), LATE_NS + 2 * rttNs);
  }

  /** Returns how many in a row are missing by chance about once in ten thousand times. */
  static int enough(double loss) {
    double share = Math.min(MOST_LOSS, Math.max(LEAST_LOSS, loss));
    return (int) Math.ceil(Math.log(UNLIKELY) / Math.log(share));
  }

  /** A suspicion needs less than a verdict: it costs a few doubled datagrams. */
  private static int enoughForSuspicion(OutboundPath path) {
    double share = Math.min(MOST_LOSS, path.roundTripLoss());
    if (share <= 0) {
      return PathTiming.MIN_UNCONFIRMED;
    }
    int needed = (int) Math.ceil(Math.log(DOUBTFUL) / Math.log(share));
    return Math.max(PathTiming.MIN_UNCONFIRMED, needed);
  }

  /** Returns after what time without a confirmation a path is as good as dead. */
  static long deadAfterNs(OutboundPath path) {
    long givenUpNs = (long) (PathTiming.GIVE_UP_NS * (1 + 3 * path.roundTripLoss()));
    return suspectAfterNs(path) + givenUpNs;
  }

  static boolean isSuspicious(long nowNs, OutboundPath path) {
    return path.unconfirmed() >= enoughForSuspicion(path)
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

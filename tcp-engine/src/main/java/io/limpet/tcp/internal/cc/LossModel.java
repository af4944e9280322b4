package io.limpet.tcp.internal.cc;

/**
 * The share of segments that the path loses at random, told apart from what overflows a queue: what
 * is lost while the sender holds back is chance, and so is what is lost while it does not, unless
 * that is more than chance explains.
 *
 * <p>Not thread-safe.
 */
final class LossModel {
  private static final double CRUISE_DECAY = 0.9;
  private static final double HELD_BACK_DECAY = 0.7;
  private static final double ALLOWANCE = 0.03;

  /** In doubt, what is lost at the full rate is not all chance. */
  private static final double CRUISE_SIGMAS = 1.5;

  /** And what was lost just now is. */
  static final double SIGMAS = 2.5;

  private static final double MOST = 0.7;

  /** A share that is known to within a few per cent needs this many segments. */
  private static final double ENOUGH = 8;

  private double cruiseLost;
  private double cruiseTotal;
  private double heldBackLost;
  private double heldBackTotal;

  /** A round at the full rate, in segments. */
  void onCruise(double lost, double total) {
    cruiseLost = cruiseLost * CRUISE_DECAY + lost;
    cruiseTotal = cruiseTotal * CRUISE_DECAY + total;
  }

  /** A round without a queue, in segments. */
  void onHeldBack(double lost, double total) {
    if (total >= ENOUGH && isMore(lost, total, heldBackLost, heldBackTotal, SIGMAS)) {
      // The path is a worse one now: what was learnt before holds no longer.
      heldBackLost = 0;
      heldBackTotal = 0;
      cruiseLost = 0;
      cruiseTotal = 0;
    }
    heldBackLost = heldBackLost * HELD_BACK_DECAY + lost;
    heldBackTotal = heldBackTotal * HELD_BACK_DECAY + total;
  }

  /** Says whether what was lost at the full rate holds no overflow. */
  private boolean isCruiseChance() {
    return !isMore(cruiseLost, cruiseTotal, heldBackLost, heldBackTotal, CRUISE_SIGMAS);
  }

  /** Returns the share lost at random, at most 0.7. */
  double randomLoss() {
    if (cruiseTotal > 0 && isCruiseChance()) {
      return Math.min(MOST, cruiseLost / cruiseTotal);
    }
    return heldBackTotal == 0 ? 0 : Math.min(MOST, heldBackLost / heldBackTotal);
  }

  /** Says whether so many were lost that it is more than what chance takes. */
  boolean isExcess(double lost, double total) {
    if (isCruiseChance()) {
      return isMore(lost, total, heldBackLost + cruiseLost, heldBackTotal + cruiseTotal, SIGMAS);
    }
    return isMore(lost, total, heldBackLost, heldBackTotal, SIGMAS);
  }

  /** The same, or whether there is something to be found out by holding back. */
  boolean mayBeExcess(double lost, double total) {
    boolean unknown = heldBackTotal == 0;
    return unknown ? lost > 2 * ALLOWANCE * total : isExcess(lost, total);
  }

  /** Says whether one share is larger than another beyond what their sizes leave to chance. */
  static boolean isMore(
      double lost, double total, double otherLost, double otherTotal, double sigmas) {
    if (total == 0 || otherTotal == 0) {
      return false;
    }
    double pooled = (lost + otherLost) / (total + otherTotal);
    double deviation = Math.sqrt(pooled * (1 - pooled) * (1 / total + 1 / otherTotal));
    return lost / total > otherLost / otherTotal + ALLOWANCE + sigmas * deviation;
  }

  /** Returns the bytes lost in a sample that may be put down to chance. */
  long credit(long delivered, long lost, int segmentBytes) {
    double p = randomLoss();
    double segments = (double) (delivered + lost) / segmentBytes;
    double deviation = Math.sqrt(Math.max(p * (1 - p), 1e-4) / Math.max(segments, 1));
    double bound = Math.min(MOST, p + deviation + ALLOWANCE / 3);
    return Math.min(lost, (long) (delivered * bound / (1 - bound)));
  }
}

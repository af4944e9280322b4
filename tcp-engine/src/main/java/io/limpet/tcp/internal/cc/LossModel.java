package io.limpet.tcp.internal.cc;

/**
 * The share of segments that the path loses at random, told apart from what overflows a queue: only
 * rounds in which the sender did not push count, and those in which it held back count as the
 * check.
 *
 * <p>Not thread-safe.
 */
final class LossModel {
  private static final double DECAY = 0.9;
  private static final double HELD_BACK_DECAY = 0.5;
  private static final double ALLOWANCE = 0.03;
  private static final double MOST = 0.7;

  private double cruiseLost;
  private double cruiseTotal;
  private double heldBackLost;
  private double heldBackTotal;

  /** A round at the estimated rate, in segments. */
  void onCruise(double lost, double total) {
    cruiseLost = cruiseLost * DECAY + lost;
    cruiseTotal = cruiseTotal * DECAY + total;
  }

  /** A round below the estimated rate, in segments. */
  void onHeldBack(double lost, double total) {
    heldBackLost = heldBackLost * HELD_BACK_DECAY + lost;
    heldBackTotal = heldBackTotal * HELD_BACK_DECAY + total;
  }

  /** Returns the share lost at random. */
  double randomLoss() {
    if (cruiseTotal == 0 && heldBackTotal == 0) {
      return 0;
    }
    if (heldBackTotal == 0) {
      return cruiseLost / cruiseTotal;
    }
    double heldBack = heldBackLost / heldBackTotal;
    if (cruiseTotal == 0) {
      return heldBack;
    }
    double cruise = cruiseLost / cruiseTotal;
    // More loss at the full rate than below it, beyond chance: the difference is an overflow.
    double chance = 2 * deviation(Math.max(heldBack, cruise), heldBackTotal);
    return cruise <= heldBack + ALLOWANCE + chance ? cruise : heldBack;
  }

  /** Says whether a round lost more than chance explains. */
  boolean isExcess(double lost, double total) {
    double p = randomLoss();
    return lost / total > p + ALLOWANCE + 3 * deviation(p, total);
  }

  /** Returns the bytes lost in a sample that may be put down to chance. */
  long credit(long delivered, long lost, int segmentBytes) {
    double p = randomLoss();
    double segments = (double) (delivered + lost) / segmentBytes;
    double bound = Math.min(MOST, p + deviation(p, segments) + ALLOWANCE / 3);
    return Math.min(lost, (long) (delivered * bound / (1 - bound)));
  }

  private static double deviation(double share, double count) {
    return Math.sqrt(Math.max(share * (1 - share), 1e-4) / Math.max(count, 1));
  }
}

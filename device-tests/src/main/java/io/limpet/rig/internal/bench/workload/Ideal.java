package io.limpet.rig.internal.bench.workload;

/**
 * What a request and its reply would take if each loss were noticed exactly one round trip after
 * the sending and repaired by one copy: how many repeats are needed follows from chance alone.
 */
final class Ideal {
  private Ideal() {}

  /**
   * Returns how many round trips the exchange takes, at most, in this share of all cases.
   *
   * @param loss of each direction
   */
  static int roundTrips(double loss, double share) {
    double probability = 0;
    for (int repeats = 0; repeats < 1000; repeats++) {
      // Two geometric numbers that sum up to this: (repeats + 1) ways.
      probability += (repeats + 1) * Math.pow(loss, repeats) * (1 - loss) * (1 - loss);
      if (probability >= share) {
        return repeats + 1;
      }
    }
    return 1000;
  }
}

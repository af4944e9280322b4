package io.limpet.tcp.internal.kernel;

/**
 * What the bridge does to segments, in both directions.
 *
 * @param delayNs of every segment
 * @param loss share of segments that vanish
 * @param reorder share of segments that are held back for up to {@code reorderNs} more
 * @param reorderNs longest holding back
 * @param duplicate share of segments that arrive twice
 */
record Weather(long delayNs, double loss, double reorder, long reorderNs, double duplicate) {
  static final Weather CLEAR = new Weather(0, 0, 0, 0, 0);
  static final Weather LOSSY = new Weather(0, 0.05, 0, 0, 0);
  static final Weather REORDERED = new Weather(500_000, 0, 0.2, 3_000_000, 0);
  static final Weather DOUBLED = new Weather(0, 0, 0, 0, 0.1);
  static final Weather SHUFFLED = new Weather(500_000, 0, 0.2, 3_000_000, 0.05);
  static final Weather STORM = new Weather(1_000_000, 0.03, 0.1, 3_000_000, 0.03);

  /** All of it at once, and more of it than in a storm. */
  static final Weather HURRICANE = new Weather(500_000, 0.05, 0.2, 3_000_000, 0.1);

  /** Says whether every segment arrives, once and in order. */
  boolean isCalm() {
    return loss == 0 && reorder == 0 && duplicate == 0;
  }
}

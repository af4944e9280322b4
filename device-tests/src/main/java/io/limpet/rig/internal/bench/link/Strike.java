package io.limpet.rig.internal.bench.link;

/**
 * When a fault struck, on the clock of {@code System.nanoTime}. A value.
 *
 * @param beganNs before it was made: nothing was wrong until then
 * @param effectiveNs after it was made: what was sent from then on met it
 */
record Strike(long beganNs, long effectiveNs) {
  /** A fault that takes a moment to make. */
  static Strike of(Runnable making) {
    long beganNs = System.nanoTime();
    making.run();
    return new Strike(beganNs, System.nanoTime());
  }

  /** Something that has just become possible again. */
  static Strike now() {
    long nowNs = System.nanoTime();
    return new Strike(nowNs, nowNs);
  }
}

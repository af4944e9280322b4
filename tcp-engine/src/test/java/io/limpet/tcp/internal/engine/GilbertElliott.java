package io.limpet.tcp.internal.engine;

import java.util.random.RandomGenerator;

/**
 * Losses that come in crowds: a path that is good or bad, and changes from one to the other by
 * chance with each segment (Gilbert 1960, Elliott 1963).
 */
final class GilbertElliott {
  /** Loses nothing. */
  static final GilbertElliott NONE = new GilbertElliott(0, 1, 0);

  private final double toBad;
  private final double toGood;
  private final double lossWhenBad;
  private boolean bad;

  /**
   * Makes a path that is good.
   *
   * @param toBad chance of turning bad, with each segment
   * @param toGood chance of turning good again
   * @param lossWhenBad chance of losing a segment meanwhile
   */
  GilbertElliott(double toBad, double toGood, double lossWhenBad) {
    this.toBad = toBad;
    this.toGood = toGood;
    this.lossWhenBad = lossWhenBad;
  }

  /** Says what becomes of the next segment. */
  boolean loses(RandomGenerator random) {
    if (toBad == 0) {
      return false;
    }
    bad = random.nextDouble() < (bad ? 1 - toGood : toBad);
    return bad && random.nextDouble() < lossWhenBad;
  }
}

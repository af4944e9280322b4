package io.limpet.rig;

import java.time.Duration;
import java.util.Arrays;

/**
 * For how long the frames of all devices have held the air so far, by their length: each try of a
 * frame counts, whether or not it arrives. Immutable; safe for any thread.
 */
public final class AirUse {
  private final long[] nsByLength;

  private AirUse(long[] nsByLength) {
    this.nsByLength = nsByLength;
  }

  /**
   * Makes it of what was measured.
   *
   * @param nsByLength nanoseconds; the index is the length in bytes, without FCS
   */
  public static AirUse of(long[] nsByLength) {
    return new AirUse(nsByLength.clone());
  }

  /** Returns the time of all frames. */
  public Duration total() {
    return ofFramesFrom(0);
  }

  /** Returns the time of those frames that are at least so long. */
  public Duration ofFramesFrom(int bytes) {
    int from = Math.max(0, Math.min(bytes, nsByLength.length));
    return Duration.ofNanos(Arrays.stream(nsByLength, from, nsByLength.length).sum());
  }

  /**
   * Returns what has come since an earlier look at the same air.
   *
   * @throws IllegalArgumentException when that one was of another kind of air
   */
  public AirUse since(AirUse earlier) {
    if (earlier.nsByLength.length != nsByLength.length) {
      throw new IllegalArgumentException("two different airs");
    }
    long[] difference = nsByLength.clone();
    Arrays.setAll(difference, i -> nsByLength[i] - earlier.nsByLength[i]);
    return new AirUse(difference);
  }
}

package io.limpet.rig.internal.bench.result;

/**
 * What Limpet is to reach, and whether it did. A value.
 *
 * @param text the goal as a person reads it
 * @param bound the number that must not be passed
 * @param atMost whether the measured value may be at most that, or at least
 * @param measured not a number when nothing was measured
 */
public record Goal(String text, double bound, boolean atMost, double measured) {
  /** Whether the goal was met. */
  public enum Verdict {
    /** It was. */
    MET,
    /** It was not. */
    MISSED,
    /** Something that is needed to tell was not measured. */
    UNKNOWN
  }

  /** A value that is to be at most so large. */
  public static Goal atMost(String text, double bound, double measured) {
    return new Goal(text, bound, true, measured);
  }

  /** A value that is to be at least so large. */
  public static Goal atLeast(String text, double bound, double measured) {
    return new Goal(text, bound, false, measured);
  }

  /** Returns the same goal, missed by whatever could not be measured. */
  public Goal withNothingReached() {
    double worst = atMost ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    return new Goal(text, Double.isNaN(bound) ? 0 : bound, atMost, worst);
  }

  /** Judges. */
  public Verdict verdict() {
    if (Double.isNaN(measured) || Double.isNaN(bound)) {
      return Verdict.UNKNOWN;
    }
    boolean met = atMost ? measured <= bound : measured >= bound;
    return met ? Verdict.MET : Verdict.MISSED;
  }
}

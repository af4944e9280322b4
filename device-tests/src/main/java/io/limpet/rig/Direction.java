package io.limpet.rig;

/** Which directions between two devices a fault concerns. */
public enum Direction {
  /** Only from the first device to the second. */
  FORWARD,
  /** Only from the second device to the first. */
  BACKWARD,
  /** Both. */
  BOTH;

  /** Whether the way from the first device to the second is meant. */
  public boolean forward() {
    return this != BACKWARD;
  }

  /** Whether the way from the second device to the first is meant. */
  public boolean backward() {
    return this != FORWARD;
  }
}

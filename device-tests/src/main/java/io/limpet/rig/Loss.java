package io.limpet.rig;

/** How frames get lost in one direction of a link. */
public sealed interface Loss {
  /** No loss. */
  static Loss none() {
    return new Independent(0);
  }

  /**
   * Each frame is lost with the same probability, whatever became of the one before.
   *
   * @param probability 0 to 1
   */
  static Loss independent(double probability) {
    return new Independent(probability);
  }

  /**
   * Losses in bursts: the classic Gilbert model, in which every frame of a burst is lost.
   *
   * @param meanLoss the share of frames lost in the long run, 0 or more and below 1
   * @param meanBurstFrames mean length of a burst in frames, 1 or more
   */
  static Loss bursty(double meanLoss, double meanBurstFrames) {
    if (!(meanLoss >= 0 && meanLoss < 1) || !(meanBurstFrames >= 1)) {
      throw new IllegalArgumentException(
          "need 0 <= meanLoss < 1 and meanBurstFrames >= 1: " + meanLoss + ", " + meanBurstFrames);
    }
    double leaveBad = 1 / meanBurstFrames;
    double enterBad = meanLoss * leaveBad / (1 - meanLoss);
    if (enterBad > 1) {
      throw new IllegalArgumentException(
          "a loss of " + meanLoss + " needs bursts longer than " + meanBurstFrames + " frames");
    }
    return new GilbertElliott(enterBad, leaveBad, 0, 1);
  }

  /** The share of frames lost in the long run, 0 to 1. */
  double meanLoss();

  /**
   * Independent loss.
   *
   * @param probability 0 to 1
   */
  record Independent(double probability) implements Loss {
    /** Checks the range. */
    public Independent {
      requireProbability("probability", probability);
    }

    @Override
    public double meanLoss() {
      return probability;
    }
  }

  /**
   * The Gilbert-Elliott model: two states, each with its own loss; the state may change with each
   * frame.
   *
   * @param enterBad probability, per frame, to go from the good state to the bad one
   * @param leaveBad probability, per frame, to go back; above 0
   * @param lossInGood probability of loss in the good state
   * @param lossInBad probability of loss in the bad state
   */
  record GilbertElliott(double enterBad, double leaveBad, double lossInGood, double lossInBad)
      implements Loss {
    /** Checks the ranges. */
    public GilbertElliott {
      requireProbability("enterBad", enterBad);
      requireProbability("leaveBad", leaveBad);
      requireProbability("lossInGood", lossInGood);
      requireProbability("lossInBad", lossInBad);
      if (leaveBad == 0) {
        throw new IllegalArgumentException("leaveBad must be above 0");
      }
    }

    @Override
    public double meanLoss() {
      double shareBad = enterBad / (enterBad + leaveBad);
      return shareBad * lossInBad + (1 - shareBad) * lossInGood;
    }
  }

  private static void requireProbability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be 0 to 1: " + value);
    }
  }
}

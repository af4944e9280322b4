package io.limpet.rig.internal.radio;

import io.limpet.rig.Loss;
import java.util.SplittableRandom;

/** Draws the fate of one frame after the other. */
final class LossProcess {
  private SplittableRandom random;
  private Loss loss;
  private boolean bad;

  LossProcess(Loss loss, SplittableRandom random) {
    this.loss = loss;
    this.random = random;
  }

  /** Changes the loss; a burst that is going on goes on if the new loss has bursts too. */
  void set(Loss newLoss) {
    bad = bad && newLoss instanceof Loss.GilbertElliott;
    loss = newLoss;
  }

  /** Draws from another sequence from now on, and begins outside a burst. */
  void reseed(SplittableRandom newRandom) {
    random = newRandom;
    bad = false;
  }

  /** Whether the next frame is lost. */
  boolean next() {
    if (loss instanceof Loss.GilbertElliott bursty) {
      bad = bad ? !draw(bursty.leaveBad()) : draw(bursty.enterBad());
      return draw(bad ? bursty.lossInBad() : bursty.lossInGood());
    }
    return draw(loss.meanLoss());
  }

  // A certain or impossible thing draws nothing, so that links without loss cost nothing.
  private boolean draw(double probability) {
    return probability > 0 && (probability >= 1 || random.nextDouble() < probability);
  }
}

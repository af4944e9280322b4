package io.limpet.link.internal.path;

/**
 * Share of datagrams lost, as a moving average over about the last {@value #WINDOW} of them. Fed
 * with differences of cumulative counts, so that a lost report hides nothing. Not thread-safe.
 */
public final class LossEstimator {
  static final int WINDOW = 64;

  private static final double RESTART_LOSS = 0.3;

  private double loss;
  private long seen;

  /**
   * Takes the fate of a run of datagrams.
   *
   * @param sent how many were sent, positive
   * @param received how many of them arrived; more than {@code sent} when earlier ones came late
   */
  public void onSample(long sent, long received) {
    if (sent <= 0) {
      return;
    }
    double sample = Math.min(1, Math.max(0, 1 - (double) received / sent));
    // The plain average at first, the moving one once the window is full.
    double weight =
        seen < WINDOW
            ? (double) sent / (seen + sent)
            : 1 - Math.pow(1 - 1.0 / WINDOW, (double) Math.min(sent, 1024));
    loss += weight * (sample - loss);
    seen += sent;
  }

  /** Lets what comes next outweigh what was: the path is believed to have changed. */
  public void restart() {
    seen = 0;
    loss = Math.min(loss, RESTART_LOSS);
  }

  /** Returns the estimate, 0..1; 0 while nothing is known. */
  public double loss() {
    return loss;
  }

  /** Says whether the estimate rests on half a window or more. */
  public boolean isSettled() {
    return seen >= WINDOW / 2;
  }

  /** Says whether enough was seen for the estimate to mean something. */
  public boolean isKnown() {
    return seen >= 4;
  }
}

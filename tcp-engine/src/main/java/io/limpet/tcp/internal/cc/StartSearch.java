package io.limpet.tcp.internal.cc;

/** When the start has filled the pipe: the rate has stopped growing for some rounds. */
final class StartSearch {
  private static final int ROUNDS = 3;

  private long fullRate;
  private int fullRounds;
  private double lostBefore;
  private double totalBefore;

  /**
   * Takes the segments of a round; says whether a greater share was lost than of the rounds before,
   * in which less was sent. What chance takes it took from them as well.
   */
  boolean isLossier(double lost, double total) {
    boolean lossier = LossModel.isMore(lost, total, lostBefore, totalBefore, LossModel.SIGMAS);
    lostBefore += lost;
    totalBefore += total;
    return lossier;
  }

  /** Takes the greatest rate seen by the end of a round; says whether it has stopped growing. */
  boolean onRound(long rateBytesPerSecond) {
    if (rateBytesPerSecond >= fullRate + fullRate / 4) {
      fullRate = rateBytesPerSecond;
      fullRounds = 0;
      return false;
    }
    return ++fullRounds >= ROUNDS;
  }
}

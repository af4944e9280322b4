package io.limpet.tcp.internal.cc;

/** When the start has filled the pipe: the rate has stopped growing for some rounds. */
final class StartSearch {
  private static final int ROUNDS = 3;

  private long fullRate;
  private int fullRounds;

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

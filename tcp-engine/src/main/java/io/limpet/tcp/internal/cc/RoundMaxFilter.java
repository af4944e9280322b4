package io.limpet.tcp.internal.cc;

/** The maximum over the last few rounds. Not thread-safe. */
final class RoundMaxFilter {
  private final long[] byRound;
  private int current;
  private long max;

  RoundMaxFilter(int rounds) {
    byRound = new long[rounds];
  }

  long max() {
    return max;
  }

  void add(long value) {
    if (value > byRound[current]) {
      byRound[current] = value;
      max = Math.max(max, value);
    }
  }

  /** Begins a round: the oldest one is forgotten, unless nothing would be left. */
  void nextRound() {
    int next = (current + 1) % byRound.length;
    long forgotten = byRound[next];
    byRound[next] = 0;
    long left = 0;
    for (long value : byRound) {
      left = Math.max(left, value);
    }
    if (left == 0) {
      byRound[next] = forgotten;
      left = forgotten;
    }
    current = next;
    max = left;
  }

  /** Cuts everything down to a ceiling. */
  void limit(long ceiling) {
    for (int i = 0; i < byRound.length; i++) {
      byRound[i] = Math.min(byRound[i], ceiling);
    }
    max = Math.min(max, ceiling);
  }
}

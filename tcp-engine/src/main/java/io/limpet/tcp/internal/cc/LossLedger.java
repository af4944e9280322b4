package io.limpet.tcp.internal.cc;

import java.util.Arrays;

/**
 * What became of the segments of each stretch of sending: losses show later than deliveries, and
 * belong to the stretch that they were sent in. Remembers the last few. Not thread-safe.
 */
final class LossLedger {
  /** What was sent in a stretch, and how. */
  enum Kind {
    /** None of the others. */
    OTHER,
    /** The full rate, with the queue that is wanted. */
    CRUISE,
    /** Less than the path delivers, without a queue. */
    HELD_BACK,
    /** Twice as much as in the stretch before. */
    START
  }

  /** Stretches that may still be open, as a power of two. */
  static final int REMEMBERED = 16;

  /** Stretches after which what is still open is not on its way any more. */
  private static final int GONE_AFTER = 3;

  private final long[] sentBytes = new long[REMEMBERED];
  private final long[] deliveredBytes = new long[REMEMBERED];
  private final long[] lostBytes = new long[REMEMBERED];
  private final Kind[] kinds = new Kind[REMEMBERED];
  private int current;

  LossLedger() {
    Arrays.fill(kinds, Kind.OTHER);
  }

  /** Returns the number of the stretch at hand, to be noted with what is sent. */
  int current() {
    return current;
  }

  /** Begins a stretch. */
  void begin(Kind kind) {
    current++;
    sentBytes[index(current)] = 0;
    deliveredBytes[index(current)] = 0;
    lostBytes[index(current)] = 0;
    kinds[index(current)] = kind;
  }

  /** Something is sent in the stretch at hand. */
  void onSent(int bytes) {
    sentBytes[index(current)] += bytes;
  }

  /**
   * Returns the bytes whose fate is not known yet although they cannot be on their way any more: a
   * connection that sends little hears late of what it lost.
   */
  long goneBytes() {
    long gone = 0;
    for (int before = GONE_AFTER; before < REMEMBERED; before++) {
      int i = index(current - before);
      gone += Math.max(0, sentBytes[i] - deliveredBytes[i] - lostBytes[i]);
    }
    return gone;
  }

  /** Something sent in a stretch was delivered or lost; forgotten if that is too long ago. */
  void onResolved(int stretch, int bytes, boolean lost) {
    int age = current - stretch;
    if (age >= 0 && age < REMEMBERED) {
      (lost ? lostBytes : deliveredBytes)[index(stretch)] += bytes;
    }
  }

  /** Says what kind of stretch the one at hand turned out to be. */
  void setKind(Kind kind) {
    kinds[index(current)] = kind;
  }

  /** Returns the kind of the stretch so many before the one at hand. */
  Kind kind(int before) {
    return kinds[index(current - before)];
  }

  long lostBytes(int before) {
    return lostBytes[index(current - before)];
  }

  long deliveredBytes(int before) {
    return deliveredBytes[index(current - before)];
  }

  private static int index(int stretch) {
    return stretch & (REMEMBERED - 1);
  }
}

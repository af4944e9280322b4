package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.wire.SeqNum;

/**
 * The urgent mechanism (RFC 9293 section 3.8.5): a mark in each direction of the stream, up to
 * which the application is asked to hurry. The data itself takes no other way (RFC 6093). Not
 * thread-safe.
 */
final class UrgentMarks {
  private static final int MAX_POINTER = 0xFFFF;

  private boolean sending;
  private int sndUp;
  private boolean receiving;
  private int rcvUp;

  /** SND.UP: what has been written before this sequence number is urgent. */
  void mark(int endSeq) {
    sending = true;
    sndUp = endSeq;
  }

  /** Forgets the mark once everything before it is acknowledged. */
  void onAcknowledged(int sndUna) {
    if (sending && SeqNum.ge(sndUna, sndUp)) {
      sending = false;
    }
  }

  /**
   * Returns the urgent pointer of a segment that begins at a sequence number, or 0 without URG.
   * Urgent data may be longer than a pointer can tell (MUST-31): it then points as far as it can,
   * and later segments point on.
   */
  int pointer(int seq) {
    return sending && SeqNum.gt(sndUp, seq) ? Math.min(sndUp - seq, MAX_POINTER) : 0;
  }

  /**
   * RCV.UP: takes the mark of a segment.
   *
   * @param readSeq sequence number of the next byte that the application reads
   * @return whether the application is to hear of it: it is new, or lies further on (MUST-32)
   */
  boolean onPointer(int up, int readSeq) {
    if (SeqNum.le(up, readSeq) || (receiving && SeqNum.le(up, rcvUp))) {
      return false;
    }
    receiving = true;
    rcvUp = up;
    return true;
  }

  /** Returns how many bytes are left to read up to the mark, those to come included (MUST-33). */
  int left(int readSeq) {
    if (!receiving) {
      return 0;
    }
    int left = rcvUp - readSeq;
    if (left <= 0) {
      receiving = false;
      return 0;
    }
    return left;
  }
}

package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.snd.Scoreboard;
import io.limpet.tcp.internal.snd.SentSegment;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SeqNum;

/**
 * What goes out in one segment when something is sent again: the segment in question, and what
 * costs next to nothing beside it. A holder that is used again. Not thread-safe.
 */
final class Bundle {
  /** Small segments that may ride with another one, and how often each. */
  private static final int MAX_SEGMENTS = 4;

  private static final int MAX_COPIES = 2;

  private final Tcb tcb;
  private int from;
  private int to;
  private boolean syn;
  private boolean fin;

  Bundle(Tcb tcb) {
    this.tcb = tcb;
  }

  /** Takes one segment alone. */
  void only(SentSegment segment) {
    from = segment.seq;
    to = segment.endSeq;
    syn = segment.syn;
    fin = segment.fin;
  }

  /** Takes the last segment and what lies before it, if it is little and not there yet either. */
  void withEarlier(SentSegment last, int room) {
    only(last);
    from = SeqNum.min(last.seq, last.endSeq - bytesBefore(last.endSeq, room));
  }

  /** Takes the SYN, without which nothing is of use, and what follows it as far as it fits. */
  void withSyn(SentSegment opening, SentSegment wanted, int room) {
    only(wanted);
    int end = opening.endSeq;
    boolean ends = opening.fin;
    for (int i = 1; i < tcb.scoreboard.packetsOut(); i++) {
      SentSegment next = tcb.scoreboard.at(i);
      if (next.endSeq - opening.seq - 1 > room) {
        break;
      }
      end = next.endSeq;
      ends = next.fin;
    }
    if (SeqNum.le(wanted.endSeq, end)) {
      from = opening.seq;
      to = end;
      syn = true;
      fin = ends;
    }
  }

  /**
   * Returns the sequence numbers before SND.NXT, in a few small segments, that there is room for.
   */
  int bytesBefore(int sndNxt, int room) {
    Scoreboard scoreboard = tcb.scoreboard;
    int bytes = 0;
    int last = scoreboard.packetsOut() - 1;
    for (int i = last; i >= 0 && i > last - MAX_SEGMENTS; i--) {
      SentSegment segment = scoreboard.at(i);
      boolean isLast = segment.endSeq == sndNxt;
      if (segment.sacked
          || segment.syn
          || (segment.fin && !isLast)
          || segment.copies >= MAX_COPIES
          || bytes + segment.length() > room) {
        break;
      }
      bytes += segment.length();
    }
    return bytes;
  }

  /** SEG.SEQ. */
  int seq() {
    return from;
  }

  /** The sequence number after the last one. */
  int endSeq() {
    return to;
  }

  /** Returns the sequence number of the first byte of data. */
  int dataSeq() {
    return from + (syn ? 1 : 0);
  }

  int dataLength() {
    return to - dataSeq() - (fin ? 1 : 0);
  }

  /** Returns SYN and FIN as control bits. */
  int flags() {
    return (syn ? Segment.SYN : 0) | (fin ? Segment.FIN : 0);
  }
}

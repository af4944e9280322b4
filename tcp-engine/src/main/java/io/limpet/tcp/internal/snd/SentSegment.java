package io.limpet.tcp.internal.snd;

import org.jspecify.annotations.Nullable;

/**
 * One segment that was sent and is not yet cumulatively acknowledged. A holder that is used again;
 * its fields are open to the loss and rate code that works on it. Not thread-safe.
 */
public final class SentSegment {
  /** First sequence number. */
  public int seq;

  /** Sequence number after the last one. */
  public int endSeq;

  /** Whether it carries SYN. */
  public boolean syn;

  /** Whether it carries FIN. */
  public boolean fin;

  /** Whether a SACK block covered it. */
  public boolean sacked;

  /** Whether it is deemed lost (RFC 8985: {@code Segment.lost}); stays set when sent again. */
  public boolean lost;

  /** Whether a retransmission of it is in flight. */
  public boolean retransInFlight;

  /** Whether it was ever sent more than once. */
  public boolean everRetransmitted;

  /** Copies sent on purpose without any sign of loss: probes and redundancy. */
  public int copies;

  /** Whether it is larger than usual, to find out whether that passes (RFC 8899). */
  public boolean sizeProbe;

  /** When it was last sent. */
  public long xmitNs;

  /** TSval of the last transmission. */
  public int xmitTsVal;

  /** Whether a copy was sent because no acknowledgement came in time. */
  public boolean probed;

  /** When that happened first. */
  public long probedNs;

  /** What congestion control knows the last transmission by. */
  public int sentNumber;

  /** When it was first sent. */
  public long firstXmitNs;

  /** TSval of the first transmission. */
  public int firstXmitTsVal;

  /** {@code P.delivered}: bytes delivered on the connection when this was sent. */
  public long deliveredAtSend;

  /** {@code P.delivered_time}. */
  public long deliveredNsAtSend;

  /** {@code P.first_sent_time}. */
  public long firstSentNsAtSend;

  /** Bytes deemed lost on the connection when this was sent. */
  public long lostAtSend;

  /** Whether the application, not the network, limited the rate when this was sent. */
  public boolean appLimitedAtSend;

  @Nullable SentSegment previous;
  @Nullable SentSegment next;
  @Nullable SegmentList list;

  /** Returns the sequence numbers occupied. */
  public int length() {
    return endSeq - seq;
  }

  /** Returns the bytes of data. */
  public int dataLength() {
    return endSeq - seq - (syn ? 1 : 0) - (fin ? 1 : 0);
  }

  /** Returns the next segment of the list that it is on. */
  public @Nullable SentSegment next() {
    return next;
  }

  void reset(int firstSeq, int lastSeq, boolean hasSyn, boolean hasFin) {
    seq = firstSeq;
    endSeq = lastSeq;
    syn = hasSyn;
    fin = hasFin;
    sacked = false;
    lost = false;
    retransInFlight = false;
    everRetransmitted = false;
    copies = 0;
    probed = false;
    sizeProbe = false;
    xmitNs = 0;
  }
}

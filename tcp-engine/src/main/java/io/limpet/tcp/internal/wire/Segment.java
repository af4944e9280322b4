package io.limpet.tcp.internal.wire;

import java.nio.ByteBuffer;

/**
 * One TCP segment with its fields by their RFC 9293 names: filled by {@link SegmentCodec#parse}, or
 * by whoever is about to emit one.
 *
 * <p>A mutable holder that is used again for each segment, so that the hot path allocates nothing;
 * its fields are open for that reason. Not thread-safe.
 */
public final class Segment {
  /** Control bit: no more data from the sender. */
  public static final int FIN = 0x01;

  /** Control bit: synchronise sequence numbers. */
  public static final int SYN = 0x02;

  /** Control bit: reset the connection. */
  public static final int RST = 0x04;

  /** Control bit: push. */
  public static final int PSH = 0x08;

  /** Control bit: the acknowledgement field is significant. */
  public static final int ACK = 0x10;

  /** Control bit: the urgent pointer is significant. */
  public static final int URG = 0x20;

  /** Most SACK blocks that fit the options of one segment (RFC 2018 section 3). */
  public static final int MAX_SACK_BLOCKS = 4;

  private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0);

  /** Source port, 0..65535. */
  public int sourcePort;

  /** Destination port, 0..65535. */
  public int destinationPort;

  /** SEG.SEQ. */
  public int seq;

  /** SEG.ACK, significant with {@link #ACK}. */
  public int ack;

  /** Control bits. */
  public int flags;

  /** The raw 16-bit window field, before scaling. */
  public int window;

  /**
   * Urgent pointer, significant with {@link #URG}: from SEG.SEQ to the octet after the urgent data
   * (RFC 9293 MUST-62), 0..65535.
   */
  public int urgentPointer;

  /** Maximum segment size option, or 0. */
  public int mss;

  /** Window scale option (RFC 7323 section 2), or -1. */
  public int windowScale;

  /** SACK-permitted option. */
  public boolean sackPermitted;

  /** Whether the timestamps option (RFC 7323 section 3) is there. */
  public boolean hasTimestamps;

  /** TSval. */
  public int tsVal;

  /** TSecr. */
  public int tsEcr;

  /** User timeout option (RFC 5482) in seconds, or 0. */
  public int userTimeoutSeconds;

  /** Number of SACK blocks. */
  public int sackCount;

  /** Left edges of the SACK blocks. */
  public final int[] sackLeft = new int[MAX_SACK_BLOCKS];

  /** Right edges of the SACK blocks. */
  public final int[] sackRight = new int[MAX_SACK_BLOCKS];

  /** The data, from its position to its limit; valid while the datagram it came in is. */
  public ByteBuffer payload = NO_PAYLOAD;

  /** Forgets everything. */
  public void clear() {
    sourcePort = 0;
    destinationPort = 0;
    seq = 0;
    ack = 0;
    flags = 0;
    window = 0;
    urgentPointer = 0;
    mss = 0;
    windowScale = -1;
    sackPermitted = false;
    hasTimestamps = false;
    tsVal = 0;
    tsEcr = 0;
    userTimeoutSeconds = 0;
    sackCount = 0;
    payload = NO_PAYLOAD;
  }

  /** Says whether all the given control bits are set. */
  public boolean has(int bits) {
    return (flags & bits) == bits;
  }

  /** SEG.LEN: the sequence numbers this segment occupies, SYN and FIN included. */
  public int length() {
    return payload.remaining() + (has(SYN) ? 1 : 0) + (has(FIN) ? 1 : 0);
  }

  /** Returns the sequence number after the last one occupied. */
  public int endSeq() {
    return seq + length();
  }

  /** SEG.UP as a sequence number: that of the octet after the urgent data. */
  public int urgentEnd() {
    return seq + urgentPointer;
  }

  /** Adds a SACK block if there is room. */
  public void addSack(int left, int right) {
    if (sackCount < MAX_SACK_BLOCKS) {
      sackLeft[sackCount] = left;
      sackRight[sackCount] = right;
      sackCount++;
    }
  }

  /** Cuts sequence numbers off the front, as RFC 9293 section 3.10.7.4 asks for partial overlap. */
  public void trimFront(int count) {
    int left = count;
    if (left > 0 && has(SYN)) {
      flags &= ~SYN;
      left--;
    }
    int data = Math.min(left, payload.remaining());
    payload.position(payload.position() + data);
    left -= data;
    if (left > 0) {
      flags &= ~FIN;
    }
    seq += count;
    if (urgentPointer > count) {
      urgentPointer -= count;
    } else {
      flags &= ~URG;
    }
  }

  /** Cuts sequence numbers off the end; FIN goes first. */
  public void trimBack(int count) {
    int left = count;
    if (left > 0 && has(FIN)) {
      flags &= ~FIN;
      left--;
    }
    payload.limit(payload.limit() - Math.min(left, payload.remaining()));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(80);
    text.append(has(SYN) ? "S" : "").append(has(FIN) ? "F" : "").append(has(RST) ? "R" : "");
    text.append(has(PSH) ? "P" : "").append(has(URG) ? "U" : "").append(has(ACK) ? "." : "");
    text.append(' ').append(Integer.toUnsignedString(seq)).append(':');
    text.append(Integer.toUnsignedString(endSeq())).append('(').append(payload.remaining());
    text.append(") ack ").append(Integer.toUnsignedString(ack)).append(" win ").append(window);
    for (int i = 0; i < sackCount; i++) {
      text.append(" sack ").append(Integer.toUnsignedString(sackLeft[i])).append('-');
      text.append(Integer.toUnsignedString(sackRight[i]));
    }
    return text.toString();
  }
}

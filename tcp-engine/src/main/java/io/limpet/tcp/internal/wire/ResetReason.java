package io.limpet.tcp.internal.wire;

import java.nio.ByteBuffer;

/**
 * Why a RST was sent, carried as its data: RFC 9293 section 3.5.2 allows that and tells others to
 * ignore it. Four octets: {@code 'L' 'm' 'p'} and the code.
 */
public enum ResetReason {
  /** Nothing was said: a peer of another make, or a segment of a forgotten connection. */
  NONE(0),
  /** Nobody listens at the port. */
  PORT_CLOSED(1),
  /** The listener's backlog is full. */
  BACKLOG_FULL(2),
  /** The application aborted. */
  ABORTED(3),
  /** A newer connection of the same peer took this one's place. */
  REPLACED(4),
  /** The sender gave up waiting for an acknowledgement. */
  USER_TIMEOUT(5);

  private static final int MAGIC = 0x4C6D7000;
  private static final ResetReason[] BY_CODE = values();

  private final int code;

  ResetReason(int code) {
    this.code = code;
  }

  /** Returns the reason in the data of a RST, {@link #NONE} for anything unknown. */
  public static ResetReason read(ByteBuffer payload) {
    if (payload.remaining() != Integer.BYTES) {
      return NONE;
    }
    int word = payload.getInt(payload.position());
    int code = word & 0xFF;
    return (word & 0xFFFF_FF00) == MAGIC && code < BY_CODE.length ? BY_CODE[code] : NONE;
  }

  /** Writes the reason as the data of a RST; {@link #NONE} writes nothing. */
  public void write(ByteBuffer out) {
    if (this != NONE) {
      out.putInt(MAGIC | code);
    }
  }
}

package io.limpet.link.internal.os.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * One netlink message as it was received.
 *
 * @param type NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN, or a message of the family
 * @param flags NLM_F_…
 * @param sequence that of the request which this answers, 0 for a notification
 * @param payload what follows the header, in native byte order; a view of the receive buffer, valid
 *     only until that is filled again
 */
public record NetlinkMessage(int type, int flags, int sequence, ByteBuffer payload) {
  static final int HEADER_BYTES = 16;

  private static final int ERROR = 2;
  private static final int DONE = 3;
  private static final int OVERRUN = 4;
  private static final int FLAG_DUMP_INTERRUPTED = 0x10;

  /**
   * Walks the messages of one datagram.
   *
   * @return whether the datagram was well-formed to its end; the messages before a fault have been
   *     delivered
   */
  public static boolean forEach(ByteBuffer datagram, Consumer<NetlinkMessage> consumer) {
    ByteBuffer buffer = datagram.slice().order(ByteOrder.nativeOrder());
    int at = 0;
    while (buffer.limit() - at >= HEADER_BYTES) {
      int length = buffer.getInt(at);
      if (length < HEADER_BYTES || length > buffer.limit() - at) {
        return false;
      }
      ByteBuffer payload =
          buffer.slice(at + HEADER_BYTES, length - HEADER_BYTES).order(ByteOrder.nativeOrder());
      consumer.accept(
          new NetlinkMessage(
              Short.toUnsignedInt(buffer.getShort(at + 4)),
              Short.toUnsignedInt(buffer.getShort(at + 6)),
              buffer.getInt(at + 8),
              payload));
      at += align(length);
      if (at < 0 || at > buffer.limit()) {
        // Only the padding of the last message may be missing.
        return true;
      }
    }
    return at == buffer.limit();
  }

  /** Says whether this is an error or an acknowledgement. */
  public boolean isError() {
    return type == ERROR;
  }

  /** Says whether this ends a dump. */
  public boolean isDone() {
    return type == DONE;
  }

  /** Says whether the kernel tells that messages were lost. */
  public boolean isOverrun() {
    return type == OVERRUN;
  }

  /** Says whether the table changed while it was dumped, so that the dump may lack entries. */
  public boolean isDumpInterrupted() {
    return (flags & FLAG_DUMP_INTERRUPTED) != 0;
  }

  /** Returns the error number of an error or of the end of a dump, positive, or 0 for none. */
  public int errno() {
    return payload.limit() >= 4 ? Math.abs(Math.max(payload.getInt(0), -4095)) : 0;
  }

  static int align(int length) {
    return (length + 3) & ~3;
  }
}

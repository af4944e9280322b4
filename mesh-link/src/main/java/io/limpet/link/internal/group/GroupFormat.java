package io.limpet.link.internal.group;

import io.limpet.link.MeshAddress;
import io.limpet.link.internal.session.TransportCipher;
import io.limpet.link.internal.wire.DatagramType;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** The bytes of a datagram to a group around what is sealed; {@code docs/wire-format.md}. */
final class GroupFormat {
  /** Largest datagram to a group: every path is taken to pass so much. */
  static final int MAX_BYTES = 1200;

  /** First byte, key tag, sender, epoch, counter. */
  static final int HEADER_BYTES = 1 + 8 + 8 + 2 + 8;

  static final int OVERHEAD_BYTES = HEADER_BYTES + TransportCipher.TAG_BYTES;

  private static final int TAG_OFFSET = 1;
  private static final int SENDER_OFFSET = TAG_OFFSET + 8;
  private static final int EPOCH_OFFSET = SENDER_OFFSET + 8;
  private static final int COUNTER_OFFSET = EPOCH_OFFSET + 2;

  private GroupFormat() {}

  static void writeHeader(
      byte[] out, int at, long tag, MeshAddress sender, long epoch, long count) {
    ByteBuffer.wrap(out, at, HEADER_BYTES)
        .put(DatagramType.firstByte(DatagramType.GROUP))
        .putLong(tag)
        .putLong(sender.low())
        .putShort((short) epoch)
        .putLong(count);
  }

  static long tag(ByteBuf datagram) {
    return datagram.getLong(datagram.readerIndex() + TAG_OFFSET);
  }

  /** Returns the lower half of the sender's address, which names it among those who are heard. */
  static long sender(ByteBuf datagram) {
    return datagram.getLong(datagram.readerIndex() + SENDER_OFFSET);
  }

  /** Says whether the sender's epoch may be this one: only its end travels. */
  static boolean isOfEpoch(ByteBuf datagram, long epoch) {
    return datagram.getShort(datagram.readerIndex() + EPOCH_OFFSET) == (short) epoch;
  }

  static long counter(ByteBuf datagram) {
    return datagram.getLong(datagram.readerIndex() + COUNTER_OFFSET);
  }
}

package io.limpet.invitation.internal.group;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a message, as it is in the body of a packet: the message's sequence (8 bytes), which
 * piece (2), of how many (2), the bytes.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Fragment(long sequence, int index, int count, byte[] bytes) {
  static final int OVERHEAD = 12;

  byte[] body() {
    return ByteBuffer.allocate(OVERHEAD + bytes.length)
        .putLong(sequence)
        .putShort((short) index)
        .putShort((short) count)
        .put(bytes)
        .array();
  }

  /** Reads a body; returns null when it is none. */
  static @Nullable Fragment read(byte[] body) {
    if (body.length <= OVERHEAD) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(body);
    long sequence = in.getLong();
    int index = Short.toUnsignedInt(in.getShort());
    int count = Short.toUnsignedInt(in.getShort());
    if (sequence < 1 || index >= count || count > ChannelLimits.MAX_FRAGMENTS) {
      return null;
    }
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return new Fragment(sequence, index, count, bytes);
  }
}

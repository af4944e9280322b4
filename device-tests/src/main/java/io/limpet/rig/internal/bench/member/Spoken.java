package io.limpet.rig.internal.bench.member;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The head of a message: the rest is filling. A value.
 *
 * @param run of which measurement
 * @param sender its number in the group
 * @param sequence counts a sender's messages of a run from 0
 * @param dueNs when it was to be said, by the clock that all processes of a machine share
 */
record Spoken(int run, int sender, int sequence, long dueNs) {
  /** What a message has at least. */
  static final int HEAD_BYTES = 24;

  private static final int MARK = 0x6c696d70;

  byte[] encode(int bytes) {
    return ByteBuffer.allocate(bytes)
        .putInt(MARK)
        .putInt(run)
        .putInt(sender)
        .putInt(sequence)
        .putLong(dueNs)
        .array();
  }

  /** Reads it; null for what is no message of ours. */
  static @Nullable Spoken decode(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    if (message.length < HEAD_BYTES || in.getInt() != MARK) {
      return null;
    }
    return new Spoken(in.getInt(), in.getInt(), in.getInt(), in.getLong());
  }
}

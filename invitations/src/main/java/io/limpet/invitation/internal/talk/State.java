package io.limpet.invitation.internal.talk;

import io.limpet.invitation.internal.group.Delivery;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a newcomer is given: the latest lines, and of the application a state with the messages
 * since. A value.
 *
 * @param lines oldest first
 * @param base the application's state, or null when it has given none
 * @param messages what was published after it, oldest first
 */
record State(List<Delivery> lines, @Nullable AppState base, List<Delivery> messages) {
  private static final int MAX_MESSAGES = 4096;

  byte[] encode() {
    int length = 1 + length(lines) + length(messages) + (base == null ? 0 : base.length());
    ByteBuffer out = ByteBuffer.allocate(length);
    write(lines, out);
    out.put((byte) (base == null ? 0 : 1));
    if (base != null) {
      base.write(out);
    }
    write(messages, out);
    return out.array();
  }

  private static int length(List<Delivery> all) {
    return 2 + all.stream().mapToInt(d -> 4 + MessageLog.length(d)).sum();
  }

  private static void write(List<Delivery> all, ByteBuffer out) {
    out.putShort((short) all.size());
    for (Delivery delivery : all) {
      out.putInt(MessageLog.length(delivery));
      MessageLog.write(delivery, out);
    }
  }

  /** Reads a state; whatever the bytes, it returns a valid one or null. */
  static @Nullable State decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      List<Delivery> lines = read(in);
      AppState base = in.get() == 0 ? null : AppState.read(in);
      return new State(lines, base, read(in));
    } catch (BufferUnderflowException e) {
      return null;
    }
  }

  private static List<Delivery> read(ByteBuffer in) {
    int count = Short.toUnsignedInt(in.getShort());
    if (count > MAX_MESSAGES) {
      throw new BufferUnderflowException();
    }
    List<Delivery> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Delivery delivery = MessageLog.read(in, length(in));
      if (delivery == null) {
        throw new BufferUnderflowException();
      }
      all.add(delivery);
    }
    return List.copyOf(all);
  }

  /** Reads a length that the bytes that are there allow: memory is taken for no more. */
  private static int length(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return length;
  }
}

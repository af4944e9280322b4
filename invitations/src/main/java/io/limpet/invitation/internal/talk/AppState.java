package io.limpet.invitation.internal.talk;

import io.limpet.invitation.GroupHandler;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An application's state, and which messages are in it. A value, whose array and marks nobody
 * changes.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record AppState(byte[] bytes, Marks marks) {
  int length() {
    return 4 + bytes.length + marks.length();
  }

  void write(ByteBuffer out) {
    out.putInt(bytes.length).put(bytes);
    marks.write(out);
  }

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(length());
    write(out);
    return out.array();
  }

  /**
   * Reads a state; memory is taken for no more than is there.
   *
   * @throws BufferUnderflowException when there is none
   */
  static AppState read(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > Math.min(GroupHandler.MAX_STATE_BYTES, in.remaining())) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new AppState(bytes, Marks.read(in));
  }

  /** Reads what {@link #encode} made; null for anything else. */
  static @Nullable AppState decode(byte[] record) {
    try {
      return read(ByteBuffer.wrap(record));
    } catch (BufferUnderflowException e) {
      return null;
    }
  }
}

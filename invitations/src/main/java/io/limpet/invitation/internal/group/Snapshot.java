package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member's state, and how far each stream had got when it was that. A value, whose array nobody
 * changes.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Snapshot(List<Deliveries.Watermark> marks, byte[] state) {
  private static final int MAX_MARKS = 2048;
  private static final int MARK_BYTES = MeshAddress.BYTES + 24;

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(2 + MARK_BYTES * marks.size() + state.length);
    out.putShort((short) marks.size());
    for (Deliveries.Watermark mark : marks) {
      mark.sender().write(out);
      out.putLong(mark.stream()).putLong(mark.packet()).putLong(mark.sequence());
    }
    return out.put(state).array();
  }

  /** Reads a snapshot; whatever the bytes, it returns a valid one or null. */
  static @Nullable Snapshot decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      int count = Short.toUnsignedInt(in.getShort());
      if (count > MAX_MARKS || in.remaining() < count * MARK_BYTES) {
        return null;
      }
      List<Deliveries.Watermark> marks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        if (!MeshAddress.isMesh(in)) {
          return null;
        }
        Deliveries.Watermark mark =
            new Deliveries.Watermark(
                MeshAddress.read(in), in.getLong(), in.getLong(), in.getLong());
        boolean plausible =
            mark.stream() >= 1
                && PacketCodec.isNumber(mark.packet())
                && mark.sequence() >= 0
                && mark.sequence() < Long.MAX_VALUE / 2;
        if (!plausible) {
          return null;
        }
        marks.add(mark);
      }
      byte[] state = new byte[in.remaining()];
      in.get(state);
      return new Snapshot(List.copyOf(marks), state);
    } catch (BufferUnderflowException e) {
      return null;
    }
  }
}

package io.limpet.invitation.internal.talk;

import io.limpet.invitation.internal.group.Delivery;
import io.limpet.link.MeshAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** How far each sender's messages have been told. Bounded: the senders of longest ago give way. */
final class Marks {
  static final int MAX_SENDERS = 1024;
  private static final int MARK_BYTES = MeshAddress.BYTES + 16;

  private record Mark(long stream, long sequence) {}

  private final Map<MeshAddress, Mark> marks = new LinkedHashMap<>();

  /** Says whether this message, or a later one of its sender, has been told. */
  boolean covers(Delivery d) {
    Mark mark = marks.get(d.from());
    return mark != null
        && (mark.stream() > d.stream()
            || (mark.stream() == d.stream() && mark.sequence() >= d.sequence()));
  }

  void add(Delivery d) {
    if (!covers(d)) {
      put(d.from(), new Mark(d.stream(), d.sequence()));
    }
  }

  private void put(MeshAddress from, Mark mark) {
    marks.remove(from);
    if (marks.size() >= MAX_SENDERS) {
      marks.remove(marks.keySet().iterator().next());
    }
    marks.put(from, mark);
  }

  void replace(Marks others) {
    Map<MeshAddress, Mark> theirs = Map.copyOf(others.marks);
    marks.clear();
    marks.putAll(theirs);
  }

  Marks copy() {
    Marks copy = new Marks();
    copy.replace(this);
    return copy;
  }

  int length() {
    return 2 + MARK_BYTES * marks.size();
  }

  void write(ByteBuffer out) {
    out.putShort((short) marks.size());
    marks.forEach(
        (from, mark) -> {
          from.write(out);
          out.putLong(mark.stream()).putLong(mark.sequence());
        });
  }

  /**
   * Reads marks.
   *
   * @throws BufferUnderflowException when there are none
   */
  static Marks read(ByteBuffer in) {
    int count = Short.toUnsignedInt(in.getShort());
    if (count > MAX_SENDERS || in.remaining() < count * MARK_BYTES) {
      throw new BufferUnderflowException();
    }
    Marks read = new Marks();
    for (int i = 0; i < count; i++) {
      if (!MeshAddress.isMesh(in)) {
        throw new BufferUnderflowException();
      }
      read.put(MeshAddress.read(in), new Mark(in.getLong(), in.getLong()));
    }
    return read;
  }
}

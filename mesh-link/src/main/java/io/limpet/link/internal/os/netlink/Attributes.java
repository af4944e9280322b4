package io.limpet.link.internal.os.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the type-length-value attributes that follow a family's header. Never throws. */
public final class Attributes {
  private static final int HEADER_BYTES = 4;
  private static final int TYPE_MASK = 0x3fff;
  private static final int MAX_STRING_BYTES = 256;

  private final ByteBuffer bytes;

  private Attributes(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Takes the attributes that start at an offset; there are none when it is beyond the end. */
  public static Attributes after(ByteBuffer payload, int offset) {
    int from = Math.min(offset, payload.limit());
    return new Attributes(
        payload.slice(from, payload.limit() - from).order(ByteOrder.nativeOrder()));
  }

  /** Returns the value of the first attribute of a type, or null when there is none. */
  public @Nullable ByteBuffer find(int type) {
    int at = 0;
    while (bytes.limit() - at >= HEADER_BYTES) {
      int length = Short.toUnsignedInt(bytes.getShort(at));
      if (length < HEADER_BYTES || length > bytes.limit() - at) {
        return null;
      }
      if ((Short.toUnsignedInt(bytes.getShort(at + 2)) & TYPE_MASK) == type) {
        return bytes.slice(at + HEADER_BYTES, length - HEADER_BYTES).order(ByteOrder.nativeOrder());
      }
      at += NetlinkMessage.align(length);
    }
    return null;
  }

  /** Returns the attributes nested in the first attribute of a type, none when there is none. */
  public Attributes nested(int type) {
    ByteBuffer value = find(type);
    return new Attributes(value == null ? ByteBuffer.allocate(0) : value);
  }

  /** Returns a 32-bit value, or the default when it is absent or too short. */
  public int intValue(int type, int absent) {
    ByteBuffer value = find(type);
    return value == null || value.limit() < 4 ? absent : value.getInt(0);
  }

  /** Returns a zero-terminated string, or null when it is absent, empty or overlong. */
  public @Nullable String string(int type) {
    ByteBuffer value = find(type);
    if (value == null || value.limit() > MAX_STRING_BYTES) {
      return null;
    }
    int length = 0;
    while (length < value.limit() && value.get(length) != 0) {
      length++;
    }
    if (length == 0) {
      return null;
    }
    byte[] text = new byte[length];
    value.get(0, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Returns a copy of a value of exactly this many bytes, or null. */
  public byte @Nullable [] bytes(int type, int length) {
    ByteBuffer value = find(type);
    if (value == null || value.limit() != length) {
      return null;
    }
    byte[] copy = new byte[length];
    value.get(0, copy);
    return copy;
  }
}

package io.limpet.invitation.internal.talk;

import io.limpet.invitation.internal.wire.Limits;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one message of a channel is: a line for people, or bytes for an application; other kinds are
 * of later versions.
 */
final class Payload {
  private static final byte LINE = 1;
  private static final byte DATA = 2;

  private Payload() {}

  /** What a person said. A value. */
  record Spoken(Instant sent, String name, String text) {}

  static byte[] line(Instant sent, String name, String text) {
    byte[] called = name.getBytes(StandardCharsets.UTF_8);
    byte[] said = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(11 + called.length + said.length)
        .put(LINE)
        .putLong(sent.toEpochMilli())
        .putShort((short) called.length)
        .put(called)
        .put(said)
        .array();
  }

  static byte[] data(byte[] bytes) {
    return ByteBuffer.allocate(1 + bytes.length).put(DATA).put(bytes).array();
  }

  static boolean isData(byte[] message) {
    return message.length > 1 && message[0] == DATA;
  }

  /** Returns what an application published: of a message that is data. */
  static byte[] dataOf(byte[] message) {
    return Arrays.copyOfRange(message, 1, message.length);
  }

  /** Reads a line; whatever the bytes, it returns a valid one or null. */
  static @Nullable Spoken lineOf(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    try {
      if (in.get() != LINE) {
        return null;
      }
      Instant sent = Instant.ofEpochMilli(in.getLong());
      byte[] name = new byte[Math.min(Short.toUnsignedInt(in.getShort()), in.remaining() + 1)];
      in.get(name);
      String called = new String(name, StandardCharsets.UTF_8);
      String text = StandardCharsets.UTF_8.decode(in).toString();
      return called.length() > Limits.MAX_NAME || text.length() > Limits.MAX_TEXT
          ? null
          : new Spoken(sent, called, text);
    } catch (BufferUnderflowException e) {
      return null;
    }
  }
}

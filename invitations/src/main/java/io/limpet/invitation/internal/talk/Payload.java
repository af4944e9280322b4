package io.limpet.invitation.internal.talk;

import io.limpet.invitation.internal.wire.Limits;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one message of a channel is: a line for people, or bytes for an application. All are values.
 */
sealed interface Payload {
  byte LINE = 1;
  byte DATA = 2;

  /** What a person said. */
  record Spoken(Instant sent, String name, String text) implements Payload {}

  /** What an application published. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Data(byte[] bytes) implements Payload {}

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

  /** Reads a message; null for what is malformed, or of a kind that only later versions know. */
  static @Nullable Payload read(byte[] message) {
    if (isData(message)) {
      return new Data(Arrays.copyOfRange(message, 1, message.length));
    }
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

package io.limpet.invitation.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshGroups.GroupKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads the fields of one message in order, each within its bounds. */
final class FieldReader {
  private final JsonParser parser;

  FieldReader(JsonParser parser) {
    this.parser = parser;
  }

  void startArray() throws IOException, MalformedMessageException {
    expect(JsonToken.START_ARRAY);
  }

  long number(long min, long max) throws IOException, MalformedMessageException {
    parser.nextToken();
    return currentNumber(min, max);
  }

  private long currentNumber(long min, long max) throws IOException, MalformedMessageException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw new MalformedMessageException("expected a number, got " + parser.currentToken());
    }
    JsonParser.NumberType type = parser.getNumberType();
    if (type != JsonParser.NumberType.INT && type != JsonParser.NumberType.LONG) {
      throw new MalformedMessageException("a number beyond 64 bits");
    }
    long value = parser.getLongValue();
    if (value < min || value > max) {
      throw new MalformedMessageException("a number out of range");
    }
    return value;
  }

  boolean bool() throws IOException, MalformedMessageException {
    JsonToken token = parser.nextToken();
    if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
      throw new MalformedMessageException("expected a boolean, got " + token);
    }
    return token == JsonToken.VALUE_TRUE;
  }

  /** Reads a text that may be empty. */
  String text(int maxChars) throws IOException, MalformedMessageException {
    expect(JsonToken.VALUE_STRING);
    String value = parser.getText();
    if (value.length() > maxChars) {
      throw new MalformedMessageException("a text longer than " + maxChars + " characters");
    }
    return Limits.wellFormed(value);
  }

  /** Reads an identifier: printable ASCII, so that it is safe in a log, a path, a command line. */
  String id() throws IOException, MalformedMessageException {
    String value = idOrNone();
    if (value.isEmpty()) {
      throw new MalformedMessageException("an identifier that is empty");
    }
    return value;
  }

  /** Reads an identifier, or nothing. */
  String idOrNone() throws IOException, MalformedMessageException {
    String value = text(Limits.MAX_ID);
    if (!value.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw new MalformedMessageException("an identifier that is not printable");
    }
    return value;
  }

  Bytes bytes(int max) throws IOException, MalformedMessageException {
    expect(JsonToken.VALUE_EMBEDDED_OBJECT);
    byte[] value = parser.getBinaryValue();
    if (value.length > max) {
      throw new MalformedMessageException("more than " + max + " bytes");
    }
    return Bytes.of(value);
  }

  MeshAddress address() throws IOException, MalformedMessageException {
    expect(JsonToken.VALUE_EMBEDDED_OBJECT);
    return currentAddress();
  }

  List<MeshAddress> addresses(int max) throws IOException, MalformedMessageException {
    startArray();
    List<MeshAddress> all = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_EMBEDDED_OBJECT) {
        throw new MalformedMessageException("expected an address, got " + parser.currentToken());
      }
      if (all.size() == max) {
        throw new MalformedMessageException("more than " + max + " addresses");
      }
      all.add(currentAddress());
    }
    return List.copyOf(all);
  }

  /** Reads keys, the newest first: each number is below the one before. */
  List<GroupKey> keys(int max) throws IOException, MalformedMessageException {
    startArray();
    List<GroupKey> all = new ArrayList<>();
    long below = Long.MAX_VALUE;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (all.size() == max) {
        throw new MalformedMessageException("more than " + max + " keys");
      }
      long number = currentNumber(1, below - 1);
      below = number;
      expect(JsonToken.VALUE_EMBEDDED_OBJECT);
      byte[] secret = parser.getBinaryValue();
      if (secret.length != MeshGroups.SECRET_BYTES) {
        throw new MalformedMessageException("a key of " + secret.length + " bytes");
      }
      all.add(new GroupKey(number, Bytes.of(secret)));
    }
    return List.copyOf(all);
  }

  /** Skips fields of a later minor version, and checks that nothing follows the message. */
  void end() throws IOException, MalformedMessageException {
    JsonToken token = parser.nextToken();
    while (token != null && token != JsonToken.END_ARRAY) {
      parser.skipChildren();
      token = parser.nextToken();
    }
    if (token == null || parser.nextToken() != null) {
      throw new MalformedMessageException("bytes after the message, or no end");
    }
  }

  private MeshAddress currentAddress() throws IOException, MalformedMessageException {
    byte[] bytes = parser.getBinaryValue();
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length != MeshAddress.BYTES || !MeshAddress.isMesh(buffer)) {
      throw new MalformedMessageException("not a mesh address");
    }
    return MeshAddress.read(buffer);
  }

  private void expect(JsonToken wanted) throws IOException, MalformedMessageException {
    JsonToken token = parser.nextToken();
    if (token != wanted) {
      throw new MalformedMessageException("expected " + wanted + ", got " + token);
    }
  }
}

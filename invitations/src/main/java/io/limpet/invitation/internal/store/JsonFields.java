package io.limpet.invitation.internal.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.link.MeshAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Records as JSON. Reading a field throws {@link IllegalArgumentException} for what is not there,
 * or not what it should be, without saying what it is.
 */
final class JsonFields {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonFields() {}

  static ObjectNode record() {
    return JSON.createObjectNode();
  }

  static byte[] bytes(ObjectNode record) {
    try {
      return JSON.writeValueAsBytes(record);
    } catch (IOException e) {
      throw new UncheckedIOException("a tree of text is always JSON", e);
    }
  }

  static JsonNode read(byte[] bytes) throws IOException {
    return JSON.readTree(bytes);
  }

  static String text(JsonNode record, String field) {
    return text(record.required(field));
  }

  static String text(JsonNode value) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException("no text");
    }
    return value.textValue();
  }

  static boolean bool(JsonNode record, String field) {
    JsonNode value = record.required(field);
    if (!value.isBoolean()) {
      throw new IllegalArgumentException(field + " is neither true nor false");
    }
    return value.booleanValue();
  }

  static long number(JsonNode record, String field) {
    return number(record.required(field));
  }

  static long number(JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("no number");
    }
    return value.longValue();
  }

  static MeshAddress address(JsonNode record, String field) {
    return address(text(record, field));
  }

  static MeshAddress address(String literal) {
    if (literal.indexOf(':') < 0) {
      throw new IllegalArgumentException("no address"); // and is not to be looked up
    }
    try {
      return MeshAddress.of(InetAddress.getByName(literal));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address", e);
    }
  }
}

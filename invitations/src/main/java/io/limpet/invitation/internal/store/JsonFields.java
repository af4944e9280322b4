package io.limpet.invitation.internal.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.MeshAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Reads fields of a record that is JSON; throws {@link IllegalArgumentException} for what is not
 * there, or not what it should be, without saying what it is.
 */
final class JsonFields {
  private JsonFields() {}

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

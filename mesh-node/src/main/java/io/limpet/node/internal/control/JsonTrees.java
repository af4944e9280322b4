package io.limpet.node.internal.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes JSON as trees, of Jackson's parser and generator alone: a mapper, which looks
 * into classes, takes a command longer to make than the node to answer. Safe for any thread.
 */
public final class JsonTrees {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonTrees() {}

  /**
   * Reads the one value of a text.
   *
   * @throws IOException when it is no JSON, or more than one value
   */
  static JsonNode read(String text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      JsonNode value = value(parser);
      if (parser.nextToken() != null) {
        throw new IOException("more than one value");
      }
      return value;
    }
  }

  /** Returns a value as one line. */
  public static String write(JsonNode value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      write(value, generator);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot be: it is written to memory", e);
    }
    return text.toString();
  }

  /**
   * Returns the tree of a text, a number, a truth value, null, or of maps and lists of such.
   *
   * @throws IllegalArgumentException for anything else
   */
  static JsonNode of(Object value) {
    if (value instanceof Map<?, ?> map) {
      ObjectNode node = NODES.objectNode();
      map.forEach((key, each) -> node.set(String.valueOf(key), of(each)));
      return node;
    }
    if (value instanceof List<?> list) {
      ArrayNode node = NODES.arrayNode(list.size());
      list.forEach(each -> node.add(of(each)));
      return node;
    }
    if (value instanceof String text) {
      return NODES.textNode(text);
    }
    if (value instanceof Boolean truth) {
      return NODES.booleanNode(truth);
    }
    if (value instanceof Integer || value instanceof Long) {
      return NODES.numberNode(((Number) value).longValue());
    }
    if (value instanceof Double number) {
      return NODES.numberNode(number);
    }
    throw new IllegalArgumentException("no JSON: " + value);
  }

  private static JsonNode value(JsonParser at) throws IOException {
    JsonToken token = at.currentToken();
    if (token == null) {
      throw new IOException("a value is missing");
    }
    return switch (token) {
      case START_OBJECT -> {
        ObjectNode object = NODES.objectNode();
        for (String name = at.nextFieldName(); name != null; name = at.nextFieldName()) {
          at.nextToken();
          object.set(name, value(at));
        }
        yield object;
      }
      case START_ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        while (at.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(at));
        }
        yield array;
      }
      case VALUE_STRING -> NODES.textNode(at.getText());
      case VALUE_NUMBER_INT ->
          switch (at.getNumberType()) {
            case INT -> NODES.numberNode(at.getIntValue());
            case LONG -> NODES.numberNode(at.getLongValue());
            default -> NODES.numberNode(at.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(at.getDoubleValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new IOException("no value: " + token);
    };
  }

  private static void write(JsonNode value, JsonGenerator to) throws IOException {
    switch (value.getNodeType()) {
      case OBJECT -> {
        to.writeStartObject();
        for (Map.Entry<String, JsonNode> field : value.properties()) {
          to.writeFieldName(field.getKey());
          write(field.getValue(), to);
        }
        to.writeEndObject();
      }
      case ARRAY -> {
        to.writeStartArray();
        for (JsonNode each : value) {
          write(each, to);
        }
        to.writeEndArray();
      }
      case STRING -> to.writeString(value.textValue());
      case NUMBER -> number(value, to);
      case BOOLEAN -> to.writeBoolean(value.booleanValue());
      default -> to.writeNull();
    }
  }

  private static void number(JsonNode value, JsonGenerator to) throws IOException {
    if (value.isBigInteger()) {
      to.writeNumber(value.bigIntegerValue());
    } else if (value.isIntegralNumber()) {
      to.writeNumber(value.longValue());
    } else {
      to.writeNumber(value.doubleValue());
    }
  }
}

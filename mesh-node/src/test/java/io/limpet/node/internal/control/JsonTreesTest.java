package io.limpet.node.internal.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jackson's own mapper says what is right. */
class JsonTreesTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"\"",
        "null",
        "{\"a\":[1,-2147483649,123456789012345678901234567890,0.1,1.5E300,true,false,null,\"x\"]}",
        "[[[]],{\"a\":{\"b\":{}}}]",
        "\"a quote \\\" a line \\n a tab \\t an elm \\u0001 \\uD83C\\uDF33\"",
        " { \"a\" : 1 , \"b\" : [ ] } ",
      })
  void readsAndWritesAsAMapperDoes(String text) throws IOException {
    JsonNode expected = MAPPER.readTree(text);
    JsonNode read = JsonTrees.read(text);
    assertThat(read).isEqualTo(expected);
    assertThat(JsonTrees.write(read)).isEqualTo(MAPPER.writeValueAsString(expected));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1,", "{\"a\":}", "{} {}", "nothing", "{\"a\":1]"})
  void whatIsNoJsonIsRefused(String text) {
    assertThatThrownBy(() -> JsonTrees.read(text)).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsTooDeepIsRefusedBeforeTheStackEnds() {
    assertThatThrownBy(() -> JsonTrees.read("[".repeat(100_000))).isInstanceOf(IOException.class);
  }

  @Test
  void argumentsBecomeTreesAsByAMapper() {
    Map<String, Object> args = new LinkedHashMap<>();
    args.put("text", "x");
    args.put("port", 7);
    args.put("count", Long.MAX_VALUE);
    args.put("share", 0.5);
    args.put("open", true);
    args.put("files", List.of("a", "b"));
    args.put("deeper", Map.of("none", List.of()));
    JsonNode tree = JsonTrees.of(args);
    assertThat(JsonTrees.write(tree)).isEqualTo(MAPPER.valueToTree(args).toString());
  }

  @Test
  void whatHasNoFormInJsonIsAnError() {
    assertThatThrownBy(() -> JsonTrees.of(new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

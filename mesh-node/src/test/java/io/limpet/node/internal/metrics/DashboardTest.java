package io.limpet.node.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Grafana asks of a dashboard that it imports, by its documents on the classic model. */
class DashboardTest {
  private static final int COLUMNS = 24;

  /** Of the names that Grafana has for units, those that we need. */
  private static final Set<String> UNITS = Set.of("short", "percentunit", "s", "bps", "bytes");

  /** What Grafana itself puts in. */
  private static final Set<String> BUILT_IN = Set.of("__rate_interval");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-zA-Z_]\\w*)}?");
  private static final Pattern LEGEND = Pattern.compile("\\{\\{([^}]*)}}");

  private JsonNode dashboard;

  @BeforeEach
  void read() throws IOException {
    dashboard =
        new ObjectMapper().readTree(Path.of("..", "docs", "grafana-dashboard.json").toFile());
  }

  private static List<JsonNode> list(JsonNode array) {
    List<JsonNode> all = new ArrayList<>();
    array.forEach(all::add);
    return all;
  }

  private List<JsonNode> variables(String type) {
    return list(dashboard.path("templating").path("list")).stream()
        .filter(variable -> variable.path("type").asText().equals(type))
        .toList();
  }

  @Test
  void itIsOneOfTheClassicModelThatIsNobodysYet() {
    assertThat(dashboard.path("schemaVersion").asInt()).isBetween(36, 41);
    assertThat(dashboard.path("id").isNull() || dashboard.path("id").isMissingNode()).isTrue();
    assertThat(dashboard.path("uid").asText()).matches("[a-zA-Z0-9_-]{8,40}");
    assertThat(dashboard.path("title").asText()).isNotBlank();
    assertThat(dashboard.path("time").path("from").asText()).startsWith("now-");
  }

  @Test
  void thePersonWhoImportsItChoosesTheDataSource() {
    List<JsonNode> sources = variables("datasource");
    assertThat(sources).hasSize(1);
    assertThat(sources.get(0).path("query").asText()).isEqualTo("prometheus");
    String chosen = "${" + sources.get(0).path("name").asText() + "}";
    // What is asked for when it is imported would be in the way of a provisioned one.
    assertThat(dashboard.has("__inputs")).isFalse();
    List<JsonNode> used = new ArrayList<>(dashboard.findValues("datasource"));
    assertThat(used).hasSize(dashboard.path("panels").size() + variables("query").size());
    assertThat(used)
        .allSatisfy(
            source -> {
              assertThat(source.path("type").asText()).isEqualTo("prometheus");
              assertThat(source.path("uid").asText()).isEqualTo(chosen);
            });
  }

  @Test
  void panelsAreDifferentAndLieBesideEachOther() {
    Set<Integer> ids = new HashSet<>();
    Set<String> titles = new HashSet<>();
    Set<Integer> cells = new HashSet<>();
    for (JsonNode panel : dashboard.path("panels")) {
      String title = panel.path("title").asText();
      assertThat(panel.path("id").asInt()).as(title).isPositive();
      assertThat(ids.add(panel.path("id").asInt())).as(title).isTrue();
      assertThat(titles.add(title)).as(title).isTrue();
      assertThat(panel.path("type").asText()).as(title).isEqualTo("timeseries");
      assertThat(UNITS).contains(panel.at("/fieldConfig/defaults/unit").asText());
      JsonNode at = panel.path("gridPos");
      assertThat(at.path("h").asInt()).as(title).isPositive();
      assertThat(at.path("w").asInt()).as(title).isPositive();
      assertThat(at.path("x").asInt() + at.path("w").asInt()).as(title).isBetween(1, COLUMNS);
      for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
        for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
          assertThat(cells.add(y * COLUMNS + x)).as(title).isTrue();
        }
      }
    }
    // No holes either.
    assertThat(cells.size() % COLUMNS).isZero();
    assertThat(cells).allMatch(cell -> cell < cells.size());
  }

  @Test
  void questionsNameOnlyVariablesThatThereAre() {
    Set<String> variables = new HashSet<>(BUILT_IN);
    list(dashboard.path("templating").path("list"))
        .forEach(variable -> assertThat(variables.add(variable.path("name").asText())).isTrue());
    for (JsonNode panel : dashboard.path("panels")) {
      Set<String> targets = new HashSet<>();
      for (JsonNode target : panel.path("targets")) {
        assertThat(targets.add(target.path("refId").asText())).isTrue();
        String asked = target.path("expr").asText();
        Matcher named = VARIABLE.matcher(asked);
        while (named.find()) {
          assertThat(variables).as(asked).contains(named.group(1));
        }
        // A fixed range would miss most of a week that is drawn in a thousand points.
        assertThat(asked).doesNotContainPattern("\\[\\d");
        assertThat(target.path("legendFormat").asText()).matches(".*" + LEGEND + ".*");
      }
      assertThat(targets).isNotEmpty();
    }
    for (JsonNode variable : variables("query")) {
      assertThat(variable.at("/query/query").asText()).startsWith("label_values(");
      assertThat(variable.path("multi").asBoolean()).isTrue();
      assertThat(variable.path("includeAll").asBoolean()).isTrue();
    }
  }
}

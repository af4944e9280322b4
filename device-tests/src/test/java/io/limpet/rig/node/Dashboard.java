package io.limpet.rig.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A dashboard for Grafana, its questions put to Prometheus as Grafana puts them. */
final class Dashboard {
  /** What a variable offers to choose from: the values of a label of a metric. */
  record Choice(String variable, String metric, String label) {}

  /** What a panel asks, with nothing left to be replaced. */
  record Question(String panel, String expression) {}

  private static final Pattern LABEL_VALUES =
      Pattern.compile("label_values\\(([a-z_]+), ([a-z_]+)\\)");

  /** What means more than itself in PromQL's regular expressions; each gets two backslashes. */
  private static final Pattern SPECIAL = Pattern.compile("[$^*{}\\[\\]'+?.()|]");

  /** A range that is wide enough for a rate at the scrape interval that is Grafana's default. */
  private static final String RATE_INTERVAL = "1m0s";

  private final JsonNode json;

  Dashboard(Path file) throws IOException {
    json = new ObjectMapper().readTree(file.toFile());
  }

  /** Returns the choices that are made by asking; that of the data source asks nobody. */
  List<Choice> choices() {
    List<Choice> choices = new ArrayList<>();
    for (JsonNode variable : json.path("templating").path("list")) {
      if (variable.path("type").asText().equals("query")) {
        String query = variable.path("query").path("query").asText();
        Matcher asked = LABEL_VALUES.matcher(query);
        if (!asked.matches()) {
          throw new AssertionError(query);
        }
        choices.add(new Choice(variable.path("name").asText(), asked.group(1), asked.group(2)));
      }
    }
    return choices;
  }

  /**
   * Returns what all panels ask when everything is chosen of a variable.
   *
   * @param variable its name
   * @param values what there is to choose
   */
  List<Question> questions(String variable, List<String> values) {
    String all =
        values.stream()
            .map(value -> SPECIAL.matcher(value).replaceAll("\\\\\\\\$0"))
            .collect(Collectors.joining("|", "(", ")"));
    List<Question> questions = new ArrayList<>();
    for (JsonNode panel : json.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        String expression =
            target
                .path("expr")
                .asText()
                .replace("$__rate_interval", RATE_INTERVAL)
                .replace("$" + variable, all);
        questions.add(new Question(panel.path("title").asText(), expression));
      }
    }
    return questions;
  }
}

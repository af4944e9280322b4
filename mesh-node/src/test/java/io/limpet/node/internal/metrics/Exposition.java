package io.limpet.node.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Prometheus reads, by the rules of its text format, version 0.0.4: families of samples, each
 * with help and type before it, no series twice.
 *
 * @param samples values by name and labels as they are written
 * @param labels the names of the labels of each sample's name
 * @param types of the families
 */
record Exposition(
    Map<String, Double> samples, Map<String, Set<String>> labels, Map<String, String> types) {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final String LABEL =
      "([a-zA-Z_][a-zA-Z0-9_]*)=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
  private static final Pattern SAMPLE =
      Pattern.compile("(" + NAME + ")(\\{(" + LABEL + ",?)*})? (\\S+)");
  private static final Pattern ONE_LABEL = Pattern.compile(LABEL);
  private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) (" + NAME + ") (.+)");

  static Exposition parse(String text) {
    assertThat(text).endsWith("\n");
    Map<String, Double> samples = new LinkedHashMap<>();
    Map<String, Set<String>> labels = new TreeMap<>();
    Map<String, String> types = new LinkedHashMap<>();
    Set<String> helped = new LinkedHashSet<>();
    String family = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith("#")) {
        Matcher comment = COMMENT.matcher(line);
        assertThat(comment.matches()).as(line).isTrue();
        if (comment.group(1).equals("HELP")) {
          assertThat(helped.add(comment.group(2))).as(line).isTrue();
        } else {
          family = comment.group(2);
          assertThat(helped).as(line).contains(family);
          assertThat(types.put(family, comment.group(3))).as(line).isNull();
          assertThat(comment.group(3)).isIn("counter", "gauge", "summary", "histogram", "untyped");
        }
        continue;
      }
      Matcher sample = SAMPLE.matcher(line);
      assertThat(sample.matches()).as(line).isTrue();
      String name = sample.group(1);
      assertThat(name).as("in its family").matches(family + "(_sum|_count|_bucket|_max)?");
      String series = line.substring(0, line.lastIndexOf(' '));
      assertThat(samples.put(series, number(sample.group(5)))).as(line).isNull();
      Set<String> names = labels.computeIfAbsent(name, n -> new TreeSet<>());
      Matcher label = ONE_LABEL.matcher(series);
      while (label.find()) {
        names.add(label.group(1));
      }
    }
    return new Exposition(samples, labels, types);
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** Returns the names of the families that begin so. */
  Set<String> families(String prefix) {
    Set<String> found = new TreeSet<>(types.keySet());
    found.removeIf(name -> !name.startsWith(prefix));
    return found;
  }
}

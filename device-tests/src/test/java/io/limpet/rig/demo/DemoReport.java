package io.limpet.rig.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.limpet.node.MeshNode;
import io.limpet.node.internal.cli.Limpet;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The report of the three laptops of a demo that was played. */
final class DemoReport {
  /** The clocks are one clock here, which the report cannot know. */
  private static final Duration CLOCKS = Duration.ofMillis(250);

  /** One line of the report's story. */
  private record Step(LocalTime at, String who, String failure, String step) {}

  private DemoReport() {}

  /** Holds every line of the journals against the schema, and the report against the journals. */
  static void assertTellsTheStory(Path folder) throws Exception {
    for (String name : List.of("oak", "elm", "ash")) {
      assertIsValid(journal(folder, name));
    }
    Path page = folder.resolve("report.html");
    int exit =
        Limpet.run(
            Limpet.commandLine(),
            "report",
            folder.resolve("oak").toString(),
            folder.resolve("elm").toString(),
            folder.resolve("ash").toString(),
            "-o",
            page.toString());
    assertThat(exit).isZero();
    List<Step> story = story(Files.readString(page));
    Step blackHole = first(story, "UNICAST_BLACKHOLE", "began");
    Step healing = first(story, "UNICAST_BLACKHOLE", "ended");
    Step stale = first(story, "NEIGHBOUR_STALE", "began");
    Step repaired = first(story, "NEIGHBOUR_STALE", "ended");
    assertThat(List.of(blackHole.at(), healing.at(), stale.at(), repaired.at())).isSorted();
    assertThat(story.indexOf(blackHole)).isLessThan(story.indexOf(healing));
    assertThat(story.indexOf(healing)).isLessThan(story.indexOf(stale));
    assertMatches(folder, blackHole, "NONE", "UNICAST_BLACKHOLE");
    assertMatches(folder, healing, "UNICAST_BLACKHOLE", "NONE");
    assertMatches(folder, stale, "NONE", "NEIGHBOUR_STALE");
  }

  private static Path journal(Path folder, String name) {
    return folder.resolve(name).resolve("journal").resolve("journal.jsonl");
  }

  private static void assertIsValid(Path journal) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    try (InputStream in = MeshNode.class.getResourceAsStream("journal.schema.json")) {
      Schema schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(mapper.readTree(in));
      for (String line : Files.readAllLines(journal)) {
        assertThat(schema.validate(mapper.readTree(line))).as(line).isEmpty();
      }
    }
  }

  private static List<Step> story(String html) throws Exception {
    Document page =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(html)));
    List<Step> steps = new ArrayList<>();
    NodeList items = page.getElementsByTagName("li");
    for (int i = 0; i < items.getLength(); i++) {
      Element item = (Element) items.item(i);
      if (item.hasAttribute("data-step")) {
        String text = item.getTextContent();
        steps.add(
            new Step(
                LocalTime.parse(text.substring(0, text.indexOf(' '))),
                text.substring(text.indexOf(' ') + 1, text.indexOf(':', text.indexOf(' '))),
                item.getAttribute("data-failure"),
                item.getAttribute("data-step")));
      }
    }
    return steps;
  }

  /** Of oak and elm: what else a busy machine makes of the third is not the story. */
  private static Step first(List<Step> story, String failure, String step) {
    return story.stream()
        .filter(one -> one.failure().equals(failure) && one.step().equals(step))
        .filter(one -> one.who().contains("oak") && one.who().contains("elm"))
        .findFirst()
        .orElseThrow(() -> new AssertionError(failure + " " + step + " is not in " + story));
  }

  /** A line of either journal says the same of the other, at the same time. */
  private static void assertMatches(Path folder, Step step, String from, String to)
      throws Exception {
    List<String> seen = new ArrayList<>();
    for (String name : List.of("oak", "elm")) {
      for (String line : Files.readAllLines(journal(folder, name))) {
        JsonNode entry = new ObjectMapper().readTree(line);
        String event = entry.path("event").asText();
        boolean verdict =
            event.endsWith(".diagnosed")
                && entry.path("from").asText().equals(from)
                && entry.path("to").asText().equals(to);
        boolean repair =
            to.equals("NONE")
                ? event.equals("repair.succeeded")
                : event.equals("repair.started") && entry.path("diagnosis").asText().equals(to);
        if (verdict || repair) {
          LocalTime at = LocalTime.parse(entry.path("time").asText().substring(11, 26));
          seen.add(event + " at " + at);
          if (Duration.between(at, step.at()).abs().compareTo(CLOCKS) < 0) {
            return;
          }
        }
      }
    }
    throw new AssertionError(step + " is in neither journal: " + seen);
  }
}

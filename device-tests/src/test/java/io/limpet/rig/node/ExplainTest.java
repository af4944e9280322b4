package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.rig.MeshRig;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code limpet explain} says of real faults between real kernels. */
@Tag("kernel")
@Tag("waits")
class ExplainTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String BLACK_HOLE_REPAIR = "repair began: UNICAST_BLACKHOLE";

  @TempDir Path folder;

  private final List<Laptop> laptops = new ArrayList<>();
  private String activity = "";

  @AfterEach
  void stop() {
    laptops.forEach(Laptop::close);
    laptops.forEach(laptop -> laptop.awaitEnd(Duration.ofSeconds(10)));
  }

  /** Starts a node on each device, and has them talk until unicast carries it. */
  private Laptop talking(Rig rig) throws LaptopException {
    for (RigDevice device : rig.devices()) {
      Laptop laptop = new Laptop(rig, device, folder.resolve(device.name()));
      laptops.add(laptop);
      laptop.start(List.of());
    }
    Laptop oak = laptops.get(0);
    Laptop elm = laptops.get(1);
    await().atMost(PATIENCE).until(() -> oak.isReady() && elm.isReady());
    await().atMost(PATIENCE).until(() -> oak.sees(elm) && elm.sees(oak));
    activity =
        oak.call("share", Map.of("type", "chat", "title", "lunch", "open", true))
            .path("activity")
            .asText();
    await().atMost(PATIENCE).until(() -> elm.call("activities", Map.of()).size() == 1);
    elm.call("join", Map.of("id", activity));
    explained(oak, e -> e.path("path").asText().equals("UNICAST"));
    return oak;
  }

  /** Says lines, so that there is something to carry, until the explanation is as wanted. */
  private JsonNode explained(Laptop oak, Predicate<JsonNode> wanted) {
    return await()
        .atMost(PATIENCE)
        .until(
            () -> {
              oak.call("say", Map.of("id", activity, "text", "still there?"));
              return oak.call("explain", Map.of("peer", "elm"));
            },
            wanted);
  }

  private static List<String> texts(JsonNode sentences) {
    List<String> texts = new ArrayList<>();
    sentences.forEach(s -> texts.add(s.isTextual() ? s.asText() : s.path("text").asText()));
    return texts;
  }

  /** What was before is of the start, which on a busy machine has doubts of its own. */
  private static List<String> textsSince(Instant start, JsonNode events) {
    List<String> texts = new ArrayList<>();
    for (JsonNode event : events) {
      if (!Instant.parse(event.path("time").asText()).isBefore(start)) {
        texts.add(event.path("text").asText());
      }
    }
    return texts;
  }

  private static boolean tells(JsonNode explanation, String text) {
    return texts(explanation.path("events")).stream().anyMatch(t -> t.contains(text));
  }

  private static void isInOrderOfTime(JsonNode explanation) {
    List<Instant> times = new ArrayList<>();
    explanation
        .path("events")
        .forEach(event -> times.add(Instant.parse(event.path("time").asText())));
    assertThat(times).isNotEmpty().isSorted();
  }

  private static int first(List<String> texts, String part) {
    for (int i = 0; i < texts.size(); i++) {
      if (texts.get(i).contains(part)) {
        return i;
      }
    }
    throw new AssertionError("'" + part + "' is not in " + String.join("\n", texts));
  }

  @Test
  @MeshRig(devices = 2)
  void aBlackHoleIsExplainedWithItsEvidenceAndItsHealing(Rig rig, RigDevice one, RigDevice other)
      throws Exception {
    Laptop oak = talking(rig);
    Instant cut = Instant.now();
    rig.blackHole(one, other);
    JsonNode dead = explained(oak, ExplainTest::isBlackHole);
    // At once: a repair that has tried everything before it heals is given up, and claims nothing.
    rig.heal(one, other);

    assertThat(dead.path("now").asText())
        .matches("elm is reached by multicast on \\S+; unicast to it is dead since [0-9:]{8} .*");
    List<String> why = texts(dead.path("why"));
    assertThat(why.get(0)).startsWith("UNICAST_BLACKHOLE: Unicast vanishes on the way");
    assertThat(why)
        .anyMatch(text -> text.contains("signed hello says the same: the table is right"))
        .anyMatch(text -> text.startsWith("elm confirmed our multicast "))
        .anyMatch(text -> text.startsWith("elm last confirmed our unicast "));
    List<String> events = textsSince(cut, dead.path("events"));
    int doubt = first(events, "unicast to elm came into doubt");
    int given = first(events, "unicast to elm was given up: multicast carries everything");
    int repair = first(events, BLACK_HOLE_REPAIR + ", unicast vanishes on the way");
    assertThat(doubt).isLessThan(given).isLessThan(repair);
    // Before that, something else may have been suspected, and tried.
    first(events.subList(repair, events.size()), "tried: ");
    isInOrderOfTime(dead);
    assertThat(texts(dead.path("next"))).anyMatch(text -> text.startsWith("Until then multicast"));
    assertThat(texts(dead.path("advice"))).anyMatch(text -> text.contains("limpet doctor"));

    JsonNode healed =
        explained(
            oak, e -> e.path("path").asText().equals("UNICAST") && tells(e, "repaired after"));
    assertThat(healed.path("now").asText()).startsWith("elm is reached by unicast on ");
    assertThat(texts(healed.path("why")))
        .anyMatch(text -> text.startsWith("The last trouble was UNICAST_BLACKHOLE, repaired at "));

    rig.blackHole(one, other);
    explained(oak, ExplainTest::isBlackHole);
    isReadable("explain", "elm");
    isReadable("links", "elm");
  }

  private static boolean isBlackHole(JsonNode explanation) {
    return explanation.path("diagnosis").asText().equals("UNICAST_BLACKHOLE")
        && explanation.path("path").asText().equals("MULTICAST")
        && isTried(texts(explanation.path("events")));
  }

  /** Says whether anything was tried against the black hole that was suspected last. */
  private static boolean isTried(List<String> events) {
    for (int i = events.size() - 1; i >= 0; i--) {
      if (events.get(i).contains(BLACK_HOLE_REPAIR)) {
        return events.subList(i, events.size()).stream().anyMatch(t -> t.contains("tried: "));
      }
    }
    return false;
  }

  @Test
  @MeshRig(devices = 2)
  void aStaleNeighbourIsExplainedByTheMacThatThePeerSigned(Rig rig, RigDevice one, RigDevice other)
      throws Exception {
    Laptop oak = talking(rig);
    String before = other.mac().toString();
    rig.radioOff(other);
    String after = rig.silentMacChange(other).toString();
    rig.radioOn(other);

    JsonNode repaired =
        explained(oak, e -> tells(e, "NEIGHBOUR_STALE") && tells(e, "repaired after"));
    List<String> events = texts(repaired.path("events"));
    int began = first(events, "repair began: NEIGHBOUR_STALE, the kernel sends to a wrong MAC");
    assertThat(events.get(began)).contains("the kernel's entry for").contains(after);
    if (events.get(began).contains("the table is right")) {
      // Elm's kernel spoke before elm's hello came: then that is the cure, and is told.
      assertThat(events).anyMatch(text -> text.contains("announced its new MAC"));
    } else {
      assertThat(events.get(began))
          .contains(before)
          .contains("but elm's signed hello says " + after + ": the table is wrong");
    }
    assertThat(began).isLessThan(first(events, "(NEIGHBOUR_STALE): a unicast round trip"));
    isInOrderOfTime(repaired);
    isReadable("explain", "elm");
  }

  /** A person's terminal has eighty columns. */
  private void isReadable(String... command) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--home", folder.resolve("oak").toString()));
    arguments.addAll(List.of(command));
    NodeUnderTest.Ended ended =
        NodeUnderTest.runToEnd(NodeUnderTest.limpet(arguments.toArray(new String[0])));
    assertThat(ended.exitCode()).as(ended.standardError()).isZero();
    assertThat(ended.standardOutput().lines()).isNotEmpty().allMatch(line -> line.length() <= 80);
  }
}

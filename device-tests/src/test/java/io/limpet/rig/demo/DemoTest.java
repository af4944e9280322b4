package io.limpet.rig.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.limpet.rig.MediumKind;
import io.limpet.rig.OrdinaryUser;
import io.limpet.rig.RigLauncher;
import io.limpet.rig.internal.cli.RigMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The demo shows, on every medium, what that medium can show, and says which one it was. */
@Tag("kernel")
@Timeout(120)
class DemoTest {
  private static final int LINES = 10;
  private static final String FAILED = "failed: no connection in ";
  private static final String CONNECTED = "connected in ";

  @Test
  void withoutKernelsTheFirstTwoActsArePlayedAndTheThirdSaysWhyNot(@TempDir Path folder)
      throws Exception {
    JsonNode demo = play(folder, DemoRun.command(folder, "--json", "--medium", "in-process"));
    assertThat(demo.path("medium").asText()).isEqualTo("IN_PROCESS");
    for (JsonNode act : List.of(act(demo, 1), act(demo, 2))) {
      assertPlayed(act);
      assertThat(act.path("kernelTcp").asText())
          .isEqualTo("not measured: there are no kernels on this medium");
    }
    assertThat(act(demo, 1).path("diagnosis").asText()).isEqualTo("UNICAST_BLACKHOLE");
    JsonNode third = act(demo, 3);
    assertThat(third.path("kernelTcp").asText())
        .startsWith("not played: there are no kernels on this medium");
    assertThat(third.path("linesExpected").asInt(-1)).isZero();
    for (String name : List.of("oak", "elm", "ash")) {
      Path journal = Path.of(demo.path("journal").asText(), name, "journal", "journal.jsonl");
      assertThat(Files.readString(journal)).contains("node.ready").contains("node.stopped");
    }
  }

  @Test
  void somebodyWithoutPrivilegesAndNamespacesIsToldSoAndStillSeesTheStory(@TempDir Path folder)
      throws Exception {
    OrdinaryUser.assumePossible();
    List<String> command = asOrdinaryUser(folder, "demo", "--json");
    // Without unshare on the path there is no way to namespaces.
    command.add(command.indexOf("env") + 1, "PATH=" + folder);
    JsonNode demo = play(folder, command);
    assertThat(demo.path("medium").asText()).isEqualTo("IN_PROCESS");
    assertThat(demo.path("mediumReason").asText()).contains("network namespaces");
    assertPlayed(act(demo, 1));
    assertPlayed(act(demo, 2));
  }

  @Test
  void anOrdinaryUserSeesAllThreeActsOnRealKernels(@TempDir Path folder) throws Exception {
    OrdinaryUser.assumePossible();
    assumeTrue(userNamespaces(folder), "this machine allows no user namespaces");
    JsonNode demo = play(folder, asOrdinaryUser(folder, "demo", "--json"));
    assertThat(demo.path("medium").asText()).isEqualTo("VETH");
    assertAllThreeActs(demo);
  }

  @Test
  void rootSeesAllThreeActsOnRealKernels(@TempDir Path folder) throws Exception {
    assumeTrue(
        RigLauncher.choose().kind() == MediumKind.TAP, "TAP devices need root and /dev/net/tun");
    JsonNode demo = play(folder, DemoRun.command(folder, "--json"));
    assertThat(demo.path("medium").asText()).isEqualTo("TAP");
    assertAllThreeActs(demo);
  }

  private static void assertAllThreeActs(JsonNode demo) throws Exception {
    assertDeliveredByMulticastAlone(demo);
    for (int number = 1; number <= 3; number++) {
      assertPlayed(act(demo, number));
    }
    assertThat(act(demo, 1).path("kernelTcp").asText()).startsWith(FAILED);
    assertThat(act(demo, 1).path("diagnosis").asText()).isEqualTo("UNICAST_BLACKHOLE");
    assertThat(act(demo, 2).path("kernelTcp").asText()).startsWith(CONNECTED);
    assertThat(act(demo, 3).path("kernelTcp").asText()).matches(FAILED + ".*|.*repaired by then");
    assertThat(act(demo, 3).path("kernelTcpAfterRepair").asText()).startsWith(CONNECTED);
    assertThat(act(demo, 3).path("diagnosis").asText()).isEqualTo("NEIGHBOUR_STALE");
    DemoReport.assertTellsTheStory(Path.of(demo.path("journal").asText()));
  }

  /** Unicast never worked between the two, and the invitation has arrived and is accepted. */
  private static void assertDeliveredByMulticastAlone(JsonNode demo) throws Exception {
    Path journal = Path.of(demo.path("journal").asText(), "oak", "journal", "journal.jsonl");
    List<String> before = new ArrayList<>();
    boolean accepted = false;
    for (String line : Files.readAllLines(journal)) {
      JsonNode entry = new ObjectMapper().readTree(line);
      String event = entry.path("event").asText();
      if (event.equals("path.changed") && entry.path("peerName").asText().equals("elm")) {
        before.add(entry.path("to").asText());
      }
      if (event.equals("invitation.accepted") && entry.path("toName").asText().equals("elm")) {
        accepted = true;
        break;
      }
    }
    assertThat(accepted).isTrue();
    assertThat(before).doesNotContain("UNICAST");
    JsonNode act = act(demo, 1);
    assertThat(act.path("deliveredMs").asDouble()).isPositive();
    System.out.printf(
        "through a black hole from the start: delivered after %.0f ms, accepted after %.0f ms%n",
        act.path("deliveredMs").asDouble(), act.path("acceptedMs").asDouble());
  }

  private static void assertPlayed(JsonNode act) {
    assertThat(act.path("linesExpected").asInt()).as(act.toString()).isEqualTo(LINES);
    assertThat(act.path("linesInOrder").asInt()).as(act.toString()).isEqualTo(LINES);
    assertThat(act.path("connectionsKept").asBoolean()).as(act.toString()).isTrue();
  }

  private static JsonNode act(JsonNode demo, int number) {
    JsonNode act = demo.path("acts").path(number - 1);
    assertThat(act.path("number").asInt()).isEqualTo(number);
    return act;
  }

  private static List<String> asOrdinaryUser(Path folder, String... arguments) throws IOException {
    // All of it: the command line is longer than what the JDK tells of it.
    List<String> command =
        OrdinaryUser.java(
            folder,
            name -> !name.startsWith("archunit"),
            "-XX:+UseSerialGC",
            "-Djava.io.tmpdir=" + folder);
    command.add(RigMain.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  private static boolean userNamespaces(Path folder) throws Exception {
    List<String> trial =
        new ArrayList<>(
            List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--"));
    trial.addAll(List.of("unshare", "--user", "--map-root-user", "--net", "true"));
    Process process =
        new ProcessBuilder(trial)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("trial").toFile())
            .start();
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  /** Plays it to its end; times are not judged here, they are the demo's own business. */
  private static JsonNode play(Path folder, List<String> command) throws Exception {
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("the demo ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output) + Files.readString(errors);
    JsonNode demo = new ObjectMapper().readTree(Files.readString(output));
    assertThat(demo.path("acts").size()).as(said).isEqualTo(3);
    assertThat(process.exitValue())
        .as("exit code is about failures only: " + said)
        .isEqualTo(demo.path("failures").isEmpty() ? 0 : 1);
    return demo;
  }
}

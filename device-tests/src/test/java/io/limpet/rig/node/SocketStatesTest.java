package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What {@code limpet sockets} says of troubles that real programs have with a real kernel. */
@Tag("kernel")
@Tag("waits")
@Timeout(90)
@EnabledIf(value = "isRoot", disabledReason = "needs root to make network namespaces")
class SocketStatesTest {
  private static final List<String> FAMILIES = List.of("inet", "inet6");
  private static final String NOBODYS_MAC = "02:00:00:00:00:99";

  /** Until then what stays is not taken for a trouble. */
  private static final Duration GRACE = Duration.ofMillis(5_200);

  @TempDir Path folder;

  private final List<Troubles> programs = new ArrayList<>();
  private Cable cable;
  private Troubles here;
  private Troubles there;
  private long startedNs;

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** The program beside this class, and its answers. */
  private static final class Troubles {
    private final Process process;
    private final BufferedReader answers;

    Troubles(String side) throws IOException {
      String script;
      try (InputStream in = SocketStatesTest.class.getResourceAsStream("troubles.py")) {
        script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
      process =
          new ProcessBuilder(Cable.inside(side, List.of("python3", "-c", script)))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      answers = process.inputReader(StandardCharsets.UTF_8);
      assertThat(answers.readLine()).isEqualTo("ready");
    }

    void does(String... words) throws IOException {
      OutputStream to = process.getOutputStream();
      to.write((String.join(" ", words) + "\n").getBytes(StandardCharsets.UTF_8));
      to.flush();
      assertThat(answers.readLine()).as(String.join(" ", words)).isEqualTo("done");
    }
  }

  private static String address(String family, int host) {
    return family.equals("inet") ? "10.88.0." + host : "fd88::" + host;
  }

  /** As the JSON has it. */
  private static String start(String family, int host) {
    return family.equals("inet") ? "10.88.0." + host + ":" : "[fd88:0:0:0:0:0:0:" + host + "]:";
  }

  private static void add(String side, String family, int host)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", side, "addr", "add"));
    command.add(address(family, host) + (family.equals("inet") ? "/24" : "/64"));
    command.addAll(List.of("dev", "v0"));
    if (family.equals("inet6")) {
      command.add("nodad");
    }
    Cable.run(command);
  }

  @BeforeEach
  void plugIn() throws IOException, InterruptedException {
    cable = new Cable();
    for (String family : FAMILIES) {
      add(cable.left, family, 3);
      add(cable.right, family, 4);
      add(cable.right, family, 9);
    }
    add(cable.left, "inet6", 1);
    add(cable.right, "inet6", 2);
    startedNs = System.nanoTime();
    here = new Troubles(cable.left);
    programs.add(here);
    there = new Troubles(cable.right);
    programs.add(there);
    for (String family : FAMILIES) {
      makeTroubles(family);
    }
  }

  @AfterEach
  void unplug() throws IOException, InterruptedException {
    for (Troubles program : programs) {
      program.process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
    cable.close();
  }

  private void makeTroubles(String family) throws IOException, InterruptedException {
    there.does("listen", family, "5000", "16");
    here.does("listen", family, "6000", "16");
    here.does("listen", family, "6001", "1");
    for (String name : List.of("closeWait", "finWait", "orphan", "timeWait", "window")) {
      connect(family, name, "here", "there");
    }
    connect(family, "stranded", "gone", "there");
    connect(family, "retry", "here", "deaf");

    there.does("finish", family, "closeWait");
    here.does("finish", family, "finWait");
    here.does("close", family, "orphan");
    here.does("close", family, "timeWait");
    there.does("end", family, "timeWait");
    here.does("fill", family, "window");

    // From now on nothing that this side sends to two addresses arrives.
    for (int host : new int[] {4, 9}) {
      Cable.run(
          "ip",
          "-n",
          cable.left,
          "neigh",
          "replace",
          address(family, host),
          "lladdr",
          NOBODYS_MAC,
          "dev",
          "v0",
          "nud",
          "permanent");
    }
    here.does("write", family, "retry", "100");
    there.does("begin", family, "halfOpen", "mute", "here", "6000", "9");
    there.does("begin", family, "queued", "there", "here", "6001", "4");
    Cable.run(
        "ip",
        "-n",
        cable.left,
        "addr",
        "del",
        address(family, 3) + (family.equals("inet") ? "/24" : "/64"),
        "dev",
        "v0");
  }

  private void connect(String family, String name, String from, String to) throws IOException {
    here.does("connect", family, name, from, to, "5000");
    there.does("accept", family, name, "5000");
  }

  private List<String> sockets(String... options) {
    List<String> command =
        NodeUnderTest.limpet("--home", folder.resolve("none").toString(), "sockets");
    command.add(1, "-XX:TieredStopAtLevel=1");
    command.addAll(List.of(options));
    return Cable.inside(cable.left, command);
  }

  private String said(String... options) throws Exception {
    NodeUnderTest.Ended ended = NodeUnderTest.runToEnd(sockets(options));
    assertThat(ended.exitCode()).as(ended.standardError()).isZero();
    return ended.standardOutput();
  }

  private static List<JsonNode> found(JsonNode all, String finding, String localStart) {
    List<JsonNode> some = new ArrayList<>();
    all.forEach(
        socket -> {
          if (socket.path("finding").asText().equals(finding)
              && socket.path("local").asText().startsWith(localStart)) {
            some.add(socket);
          }
        });
    return some;
  }

  private static JsonNode one(JsonNode all, String state, String finding, String localStart) {
    List<JsonNode> some =
        found(all, finding, localStart).stream()
            .filter(socket -> socket.path("state").asText().equals(state))
            .toList();
    assertThat(some).as(state + " " + finding + " at " + localStart).hasSize(1);
    return some.get(0);
  }

  @Test
  void eachStateIsProducedAndNamedWithItsProgramAndNoAgeIsTooLong() throws Exception {
    await()
        .pollDelay(GRACE)
        .atMost(Duration.ofSeconds(40))
        .untilAsserted(
            () -> {
              JsonNode all = new ObjectMapper().readTree(said("--json"));
              long elapsedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNs);
              for (String family : FAMILIES) {
                examine(all, family, start(family, 1));
                JsonNode stranded = one(all, "ESTABLISHED", "STRANDED", start(family, 3));
                assertThat(stranded.path("stranded").asBoolean()).isTrue();
              }
              assertThat(all)
                  .allSatisfy(
                      socket ->
                          assertThat(socket.path("atLeastMs").asLong())
                              .as(socket.toString())
                              .isLessThan(elapsedMs));
            });

    String told = said("--problems");
    assertThat(told.lines()).allMatch(line -> line.length() <= 80);
    assertThat(told)
        .contains("CLOSE_WAIT (2):", "python")
        .contains("has turned away", "2 of 2", "each: one of 9 on port 6000, all from 10.88.0.9")
        .doesNotContain("TIME_WAIT", "fd88:0:0");
    drawsAgainAndAgain();
  }

  private void examine(JsonNode all, String family, String own) {
    long pid = here.process.pid();
    JsonNode timeWait = one(all, "TIME_WAIT", "IN_ORDER", own);
    assertThat(timeWait.path("verdict").asText()).isEqualTo("NORMAL");
    assertThat(timeWait.path("atMostMs").asLong()).isEqualTo(timeWait.path("atLeastMs").asLong());
    assertThat(timeWait.path("endsInMs").asLong()).isBetween(1L, 60_000L);

    JsonNode closeWait = one(all, "CLOSE_WAIT", "CLOSE_AWAITED", own);
    assertThat(closeWait.path("pid").asLong()).isEqualTo(pid);
    assertThat(closeWait.path("program").asText()).startsWith("python");
    assertThat(closeWait.path("note").asText()).contains("has not read the end of the stream");

    assertThat(one(all, "FIN_WAIT_2", "FIN_AWAITED", own).path("pid").asLong()).isEqualTo(pid);
    JsonNode orphan = one(all, "FIN_WAIT_2", "IN_ORDER", own);
    assertThat(orphan.path("held").asBoolean()).isFalse();
    assertThat(orphan.path("endsInMs").asLong()).isBetween(1L, 60_000L);

    assertThat(found(all, "HALF_OPEN_PILE", own + "6000"))
        .hasSize(9)
        .allMatch(socket -> socket.path("state").asText().equals("SYN_RECEIVED"));

    String any = family.equals("inet") ? "0.0.0.0:" : "[0:0:0:0:0:0:0:0]:";
    JsonNode full = one(all, "LISTEN", "ACCEPT_QUEUE_FULL", any + "6001");
    assertThat(full.path("unreadBytes").asInt()).isEqualTo(2);
    assertThat(full.path("unacknowledgedBytes").asInt()).isEqualTo(1);
    assertThat(found(all, "NOT_ACCEPTED", own + "6001"))
        .hasSize(2)
        .allMatch(socket -> socket.path("pid").asLong() == pid);

    JsonNode retry = one(all, "ESTABLISHED", "UNANSWERED", own);
    assertThat(retry.path("remote").asText()).isEqualTo(start(family, 4) + "5000");
    assertThat(retry.path("tries").asInt()).isGreaterThan(2);
    assertThat(retry.path("nextTryMs").asLong()).isPositive();
    assertThat(retry.path("unacknowledgedBytes").asLong()).isEqualTo(100);

    JsonNode window = one(all, "ESTABLISHED", "WINDOW_CLOSED", own);
    assertThat(window.path("unacknowledgedBytes").asLong()).isPositive();
    assertThat(window.path("timer").asText()).isEqualTo("WINDOW_PROBE");
  }

  /** On a terminal, which python3 makes for it. */
  private void drawsAgainAndAgain() throws Exception {
    List<String> command =
        new ArrayList<>(List.of("python3", "-c", "import pty, sys; pty.spawn(sys.argv[1:])"));
    command.addAll(sockets("--watch", "--state", "close-wait"));
    Path drawn = folder.resolve("drawn");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(drawn.toFile())
            .start();
    try {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  Files.readString(drawn).split("\033\\[H\033\\[2J", -1).length > 2
                      && Files.readString(drawn).contains("CLOSE_WAIT (2)"));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
  }
}

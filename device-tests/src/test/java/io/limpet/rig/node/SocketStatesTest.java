package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
  /** Until then what stays is not taken for a trouble. */
  private static final Duration GRACE = Duration.ofMillis(5_200);

  /** Less than the grace: then all that waits is a problem when it has gone by. */
  private static final String SHORT_PATIENCE = "3s";

  @TempDir Path folder;

  private SocketTroubles troubles;

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  @BeforeEach
  void makeTroubles() throws IOException, InterruptedException {
    troubles = new SocketTroubles();
  }

  @AfterEach
  void unplug() throws IOException {
    troubles.close();
  }

  private List<String> sockets(String... options) {
    List<String> command =
        NodeUnderTest.limpet("--home", folder.resolve("none").toString(), "sockets");
    command.add(1, "-XX:TieredStopAtLevel=1");
    command.addAll(List.of(options));
    return troubles.inside(command);
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
              long elapsedMs = troubles.ageMs();
              for (String family : SocketTroubles.FAMILIES) {
                String own = SocketTroubles.start(family, 1);
                opening(all, family, own);
                open(all, family, own);
                closing(all, own);
                closed(all, own);
                String gone = SocketTroubles.start(family, 3);
                assertThat(one(all, "ESTABLISHED", "STRANDED", gone).path("stranded").asBoolean())
                    .isTrue();
                one(all, "LISTEN", "LISTENS_NOWHERE", gone + "6003");
              }
              assertThat(all)
                  .allSatisfy(
                      socket ->
                          assertThat(socket.path("atLeastMs").asLong())
                              .as(socket.toString())
                              .isLessThan(elapsedMs));
            });

    JsonNode all = new ObjectMapper().readTree(said("--patience", SHORT_PATIENCE, "--json"));
    for (String family : SocketTroubles.FAMILIES) {
      outOfPatience(all, SocketTroubles.start(family, 1));
    }
    whatAPersonSees(said("--patience", SHORT_PATIENCE, "--problems"));
    drawsAgainAndAgain();
  }

  private void opening(JsonNode all, String family, String own) {
    assertThat(found(all, "HALF_OPEN_PILE", own + "6000"))
        .hasSize(9)
        .allMatch(socket -> socket.path("state").asText().equals("SYN_RECEIVED"));
    one(all, "SYN_RECEIVED", "HALF_OPEN_UNANSWERED", own + "6002");

    JsonNode asking = one(all, "SYN_SENT", "CONNECT_UNANSWERED", own);
    assertThat(asking.path("remote").asText()).isEqualTo(SocketTroubles.start(family, 4) + "5000");
    isOfTheProgram(asking);
    isTriedAgain(asking);

    String any = family.equals("inet") ? "0.0.0.0:" : "[0:0:0:0:0:0:0:0]:";
    JsonNode full = one(all, "LISTEN", "ACCEPT_QUEUE_FULL", any + "6001");
    assertThat(full.path("unreadBytes").asInt()).isEqualTo(2);
    assertThat(full.path("unacknowledgedBytes").asInt()).isEqualTo(1);
    assertThat(found(all, "NOT_ACCEPTED", own + "6001"))
        .hasSize(2)
        .allSatisfy(this::isOfTheProgram);
    JsonNode filling = one(all, "LISTEN", "ACCEPT_QUEUE_FILLING", any + "6002");
    assertThat(filling.path("unreadBytes").asInt()).isEqualTo(2);
    isOfTheProgram(one(all, "CLOSE_WAIT", "CLOSED_BEFORE_ACCEPTED", own + "6002"));
  }

  private static void open(JsonNode all, String family, String own) {
    JsonNode retry = one(all, "ESTABLISHED", "UNANSWERED", own);
    assertThat(retry.path("remote").asText()).isEqualTo(SocketTroubles.start(family, 4) + "5000");
    isTriedAgain(retry);
    assertThat(retry.path("unacknowledgedBytes").asLong()).isEqualTo(100);

    JsonNode window = one(all, "ESTABLISHED", "WINDOW_CLOSED", own);
    assertThat(window.path("unacknowledgedBytes").asLong()).isPositive();
    assertThat(window.path("timer").asText()).isEqualTo("WINDOW_PROBE");
  }

  private void closing(JsonNode all, String own) {
    JsonNode held = one(all, "FIN_WAIT_1", "UNANSWERED", own);
    isOfTheProgram(held);
    isTriedAgain(held);
    for (String state : List.of("FIN_WAIT_1", "CLOSING", "LAST_ACK")) {
      JsonNode orphan = one(all, state, "FIN_UNANSWERED", own);
      isTheKernels(orphan);
      isTriedAgain(orphan);
      assertThat(orphan.path("unacknowledgedBytes").asLong()).as("its FIN").isEqualTo(1);
    }
    JsonNode blocked = one(all, "FIN_WAIT_1", "FIN_BLOCKED", own);
    isTheKernels(blocked);
    assertThat(blocked.path("timer").asText()).isEqualTo("WINDOW_PROBE");
    assertThat(blocked.path("note").asText()).contains("window closed", " bytes wait");
  }

  private void closed(JsonNode all, String own) {
    JsonNode timeWait = one(all, "TIME_WAIT", "IN_ORDER", own);
    assertThat(timeWait.path("verdict").asText()).isEqualTo("NORMAL");
    assertThat(timeWait.path("atMostMs").asLong()).isEqualTo(timeWait.path("atLeastMs").asLong());
    assertThat(timeWait.path("endsInMs").asLong()).isBetween(1L, 60_000L);

    JsonNode closeWait = one(all, "CLOSE_WAIT", "CLOSE_AWAITED", own);
    isOfTheProgram(closeWait);
    assertThat(closeWait.path("note").asText()).contains("has not read the end of the stream");

    isOfTheProgram(one(all, "FIN_WAIT_2", "FIN_AWAITED", own));
    JsonNode orphan = one(all, "FIN_WAIT_2", "IN_ORDER", own);
    assertThat(orphan.path("held").asBoolean()).isFalse();
    assertThat(orphan.path("endsInMs").asLong()).isBetween(1L, 60_000L);
  }

  private void isOfTheProgram(JsonNode socket) {
    assertThat(socket.path("pid").asLong()).isEqualTo(troubles.pid());
    assertThat(socket.path("program").asText()).startsWith("python");
  }

  private static void isTheKernels(JsonNode socket) {
    assertThat(socket.path("held").asBoolean()).isFalse();
    assertThat(socket.path("pid").isNull()).isTrue();
    assertThat(socket.path("verdict").asText()).isEqualTo("WATCH");
  }

  /** The pauses grow, and the next one is known. */
  private static void isTriedAgain(JsonNode socket) {
    assertThat(socket.path("timer").asText()).isEqualTo("RETRANSMISSION");
    assertThat(socket.path("tries").asInt()).isGreaterThan(1);
    assertThat(socket.path("nextTryMs").asLong())
        .isPositive()
        .isLessThanOrEqualTo(socket.path("rtoMs").asLong());
    assertThat(socket.path("note").asText()).startsWith("sent again ").contains("next try");
  }

  /** What is to be watched for a minute is a problem to whoever does not wait for so long. */
  private void outOfPatience(JsonNode all, String own) {
    List<JsonNode> problems =
        List.of(
            one(all, "CLOSE_WAIT", "CLOSE_FORGOTTEN", own),
            one(all, "FIN_WAIT_2", "FIN_MISSING", own),
            one(all, "ESTABLISHED", "WINDOW_STUCK", own));
    assertThat(problems)
        .allSatisfy(this::isOfTheProgram)
        .allMatch(problem -> problem.path("verdict").asText().equals("PROBLEM"));
    JsonNode unread = one(all, "ESTABLISHED", "NOT_READ", own);
    isOfTheProgram(unread);
    assertThat(unread.path("note").asText()).isEqualTo("7 bytes wait to be read");
  }

  private void whatAPersonSees(String told) {
    assertThat(told.lines()).allMatch(line -> line.length() <= 80);
    assertThat(told)
        .contains("has turned away", "2 of 2", "2 of 4", "python3 (" + troubles.pid() + ")")
        .contains("each: one of 9 on port 6000, all from 10.88.0.9")
        .doesNotContain("TIME_WAIT", "fd88:0:0");
    assertThat(told.replaceAll("\\s+", " "))
        .contains("CLOSE_WAIT (4): The other end has closed; the program here has yet to.")
        .contains("problem: The other end closed long ago; the program here forgot to close.")
        .contains("> It is a bug of the program that is named")
        .contains("FIN_WAIT_2 (2): Closed here and confirmed; the other end has yet to close.")
        .contains("problem: This end closed its direction long ago")
        .contains("FIN_WAIT_1 (6): The program here has closed; the other end has not confirmed")
        .contains("CLOSING (2): Both closed at the same time; the other end has not confirmed")
        .contains("LAST_ACK (2): The other end closed first, then the program here;")
        .contains("Normal for a round trip. LOCAL")
        .contains("watch: The program here has closed, and the other end does not confirm it")
        .contains("> Nothing has to be done about the socket.")
        .contains("watch: The program here has closed, but what it wrote last still waits")
        .containsPattern("sent again [0-9]+ times in .* s or more, next try in .* s")
        .contains("SYN_SENT (2): Asks for a connection")
        .contains("problem: Nobody answers its SYN")
        .contains("watch: Data has long been waiting")
        .contains("problem: The other end's window has long been closed");
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
                      && Files.readString(drawn).contains("CLOSE_WAIT (4)"));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
    }
  }
}

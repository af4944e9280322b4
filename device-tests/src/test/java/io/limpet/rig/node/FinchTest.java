package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** A node, and somebody without Limpet: finch, avahi-daemon and a message bus, all real. */
@Tag("kernel")
@Tag("waits")
@EnabledIf(value = "isRoot", disabledReason = "needs root to make network namespaces")
class FinchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  private Cable cable;

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  @BeforeEach
  void plugIn() throws IOException, InterruptedException {
    assumeTrue(Finch.isInstalled(), "finch or tmux is not installed");
    cable = new Cable();
  }

  @AfterEach
  void unplug() throws IOException {
    if (cable != null) {
      cable.close();
    }
  }

  @Test
  void somebodyWithoutLimpetIsSeenInvitedAndHeard() throws Exception {
    try (Avahi avahi = new Avahi(cable.right)) {
      Finch finch = new Finch(avahi, Files.createDirectory(folder.resolve("ash")), "ash");
      Path home = folder.resolve("oak");
      CompletableFuture<NodeUnderTest> starting =
          CompletableFuture.supplyAsync(() -> start(cable.right, "elm"));
      try (NodeUnderTest oak = start(cable.left, "oak");
          NodeUnderTest elm = starting.join()) {
        String ash = seesEveryoneOnce(oak);
        // The buddy list of ash has both, as all who chat on the local network.
        await().atMost(PATIENCE).until(finch::screen, s -> s.contains("oak") && s.contains("elm"));
        assertThat(elm.isAlive()).isTrue();

        isInvited(oak, ash, finch);

        finch.type("at noon then <3");
        await().atMost(PATIENCE).until(() -> heard(home).equals(List.of("at noon then <3")));
        assertThat(folder.resolve("oak.log")).content().contains(ash + " (chat only): at noon");

        oak.call("chat", Map.of("peer", "ASH", "text", "see you <there> & then"));
        await().atMost(PATIENCE).until(finch::screen, s -> s.contains("see you <there> & then"));

        finch.quit();
        await().atMost(PATIENCE).until(() -> oak.peer(ash).isMissingNode());
        assertThat(Files.readString(home.resolve("journal").resolve("journal.jsonl")))
            .contains("\"plain.here\"", "\"plain.said\"", "\"invitation.told\"", "\"plain.gone\"")
            .doesNotContain("at noon then");
      }
    }
  }

  private NodeUnderTest start(String namespace, String name) {
    try {
      return NodeUnderTest.start(namespace, folder.resolve(name), name, "--plain-chat");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns ash's identifier; elm, who has Limpet, is there once. */
  private static String seesEveryoneOnce(NodeUnderTest oak) {
    List<String> plain = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              plain.clear();
              List<String> proven = new ArrayList<>();
              for (JsonNode peer : oak.call("peers")) {
                (peer.path("plain").asBoolean() ? plain : proven).add(peer.path("name").asText());
              }
              assertThat(proven).containsExactly("elm");
              assertThat(plain).hasSize(1).allMatch(name -> name.startsWith("ash@"));
            });
    return plain.get(0);
  }

  private static void isInvited(NodeUnderTest oak, String ash, Finch finch) throws Exception {
    String activity =
        oak.call("share", Map.of("type", "chat", "title", "lunch <3", "open", true))
            .path("activity")
            .asText();
    JsonNode invited =
        oak.call("invite", Map.of("peer", "ash", "activity", activity, "waitMs", 20_000));
    assertThat(invited.path("to").asText()).isEqualTo(ash);
    assertThat(invited.path("state").asText()).isEqualTo("TOLD");
    await().atMost(PATIENCE).until(finch::screen, s -> s.contains("oak (ash"));
    finch.nextWindow(); // From the list of people to what oak says.
    String join = "'limpet join " + activity.substring(activity.length() - 12) + "'";
    await()
        .atMost(PATIENCE)
        .until(
            finch::screen,
            s -> s.contains("oak invites you to \"lunch <3\" (chat)") && s.contains(join));
    JsonNode told = oak.call("invitations").get(0);
    assertThat(told.path("state").asText()).isEqualTo("TOLD");
    assertThat(told.path("to").asText()).isEqualTo(ash);
  }

  private static List<String> heard(Path home) throws ControlException {
    List<String> texts = new ArrayList<>();
    new ControlClient(home)
        .call(
            "heard",
            Map.of("history", true, "count", 0),
            line -> {
              if (!line.isEmpty()) {
                texts.add(line.path("text").asText());
              }
            });
    return texts;
  }
}

package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes started by hand, on a cable that is not the rig's. */
@Tag("kernel")
@Tag("waits")
@EnabledIf(value = "isRoot", disabledReason = "needs root to make network namespaces")
class PlainCableTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path folder;

  private Cable cable;

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  @BeforeEach
  void plugIn() throws IOException, InterruptedException {
    cable = new Cable();
  }

  @AfterEach
  void unplug() throws IOException, InterruptedException {
    cable.close();
  }

  @Test
  void twoNodesFindEachOtherInviteAndTalk() throws Exception {
    try (NodeUnderTest oak = NodeUnderTest.start(cable.left, folder.resolve("oak"), "oak");
        NodeUnderTest elm = NodeUnderTest.start(cable.right, folder.resolve("elm"), "elm")) {
      await().atMost(PATIENCE).until(() -> path(oak, "elm").equals("unicast"));
      await().atMost(PATIENCE).until(() -> path(elm, "oak").equals("unicast"));

      String activity =
          oak.call("share", Map.of("type", "chat", "title", "lunch", "open", false))
              .path("activity")
              .asText();
      oak.call("invite", Map.of("peer", "elm", "activity", activity));
      await().atMost(PATIENCE).until(() -> elm.call("invitations").size() == 1);
      JsonNode invitation = elm.call("invitations").get(0);
      assertThat(invitation.path("title").asText()).isEqualTo("lunch");
      elm.call("accept", Map.of("id", invitation.path("id").asText()));
      await()
          .atMost(PATIENCE)
          .until(() -> oak.call("invitations").get(0).path("state").asText().equals("ACCEPTED"));

      elm.call("say", Map.of("id", activity, "text", "at noon?"));
      await().atMost(PATIENCE).until(() -> lines(activity).contains("at noon?"));
    }
  }

  private String lines(String activity) throws ControlException {
    StringBuilder heard = new StringBuilder();
    new io.limpet.node.internal.control.ControlClient(folder.resolve("oak"))
        .call(
            "listen",
            Map.of("id", activity, "history", true, "count", 0),
            line -> heard.append(line.path("text").asText()).append('\n'));
    return heard.toString();
  }

  @Test
  void avahiSeesBothNodes() throws Exception {
    try (NodeUnderTest oak = NodeUnderTest.start(cable.left, folder.resolve("oak"), "oak");
        NodeUnderTest elm = NodeUnderTest.start(cable.right, folder.resolve("elm"), "elm")) {
      String oakAddress = oak.call("status").path("address").asText();
      String elmAddress = elm.call("status").path("address").asText();
      try (Avahi avahi = new Avahi(cable.left)) {
        await()
            .atMost(PATIENCE)
            .until(
                () -> avahi.browse("_limpet._udp"),
                seen -> seen.contains(oakAddress) && seen.contains(elmAddress));
      }
    }
  }

  @Test
  void aNodeThatDiesIsMissedAndComesBackAsTheSamePerson() throws Exception {
    try (NodeUnderTest oak = NodeUnderTest.start(cable.left, folder.resolve("oak"), "oak")) {
      String address;
      try (NodeUnderTest elm = NodeUnderTest.start(cable.right, folder.resolve("elm"), "elm")) {
        await().atMost(PATIENCE).until(() -> state(oak, "elm").equals("ONLINE"));
        address = elm.call("status").path("address").asText();
        elm.kill();
      }
      await().atMost(PATIENCE).until(() -> !state(oak, "elm").equals("ONLINE"));
      try (NodeUnderTest elm = NodeUnderTest.start(cable.right, folder.resolve("elm"), "elm")) {
        assertThat(elm.call("status").path("address").asText()).isEqualTo(address);
        await().atMost(PATIENCE).until(() -> state(oak, "elm").equals("ONLINE"));
        assertThat(oak.call("peers")).hasSize(1);
      }
      await().atMost(PATIENCE).until(() -> state(oak, "elm").equals("OFFLINE"));
    }
  }

  @Test
  void anAmbiguousNameIsRefusedWithTheChoices() throws Exception {
    try (NodeUnderTest oak = NodeUnderTest.start(cable.left, folder.resolve("oak"), "oak");
        NodeUnderTest one = NodeUnderTest.start(cable.right, folder.resolve("one"), "elm");
        NodeUnderTest two = NodeUnderTest.start(cable.right, folder.resolve("two"), "elm")) {
      assertThat(List.of(one.isAlive(), two.isAlive())).containsOnly(true);
      await().atMost(PATIENCE).until(() -> oak.call("peers").size() == 2);
      String home = folder.resolve("oak").toString();
      oak.call("share", Map.of("type", "chat", "title", "lunch", "open", true));
      String activity = oak.call("activities").get(0).path("id").asText();
      NodeUnderTest.Ended ambiguous =
          NodeUnderTest.runToEnd(
              NodeUnderTest.limpet("--home", home, "invite", "elm", "--activity", activity));
      assertThat(ambiguous.exitCode()).isEqualTo(1);
      assertThat(ambiguous.errorLines()).hasSize(1);
      assertThat(ambiguous.standardError()).contains("elm#");
      NodeUnderTest.Ended unknown =
          NodeUnderTest.runToEnd(
              NodeUnderTest.limpet("--home", home, "invite", "yew", "--activity", activity));
      assertThat(unknown.exitCode()).isEqualTo(1);
      assertThat(unknown.errorLines()).hasSize(1);
      assertThat(unknown.standardError()).contains("yew").contains("elm");
    }
  }

  private static String path(NodeUnderTest node, String peer) throws ControlException {
    return node.peer(peer).path("path").asText();
  }

  private static String state(NodeUnderTest node, String peer) throws ControlException {
    return node.peer(peer).path("state").asText();
  }
}

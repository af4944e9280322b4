package io.limpet.node.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limpet.node.Air;
import io.limpet.node.MeshNode;
import io.limpet.presence.Presence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The chat that the page on bundling prints, run by three people. */
@Timeout(60)
class ChatTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final Air air = new Air();
  private final Talker oak = new Talker("oak");
  private final Talker elm = new Talker("elm");
  private final Talker ash = new Talker("ash");

  /** Somebody with a chat, and what it has told them. */
  private final class Talker {
    final String name;
    final List<String> told = new CopyOnWriteArrayList<>();
    CompletableFuture<MeshNode> node = new CompletableFuture<>();
    Chat chat;

    Talker(String name) {
      this.name = name;
    }

    void start() throws Exception {
      node =
          MeshNode.builder(folder.resolve(name), name)
              .radio(air.radio())
              .startAsync()
              .toCompletableFuture();
    }

    void open() throws Exception {
      chat = new Chat(node.get(30, TimeUnit.SECONDS), told::add);
    }

    void sees(Talker other) {
      await(name + " sees " + other.name)
          .atMost(SOON)
          .until(
              () ->
                  node.join().roster().people().stream()
                      .anyMatch(
                          p -> p.name().equals(other.name) && p.presence() == Presence.ONLINE));
    }

    void isTold(String line) {
      await(name + ": " + line + " in " + told).atMost(SOON).until(() -> told.contains(line));
    }
  }

  private List<Talker> all() {
    return List.of(oak, elm, ash);
  }

  @BeforeEach
  void start() throws Exception {
    for (Talker each : all()) {
      each.start();
    }
    for (Talker each : all()) {
      each.open();
    }
  }

  @AfterEach
  void stop() throws Exception {
    List<CompletableFuture<Void>> stopping =
        all().stream().map(t -> t.node.thenCompose(MeshNode::stop).toCompletableFuture()).toList();
    for (CompletableFuture<Void> each : stopping) {
      each.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void oneSharesARoomOneJoinsItOneIsInvitedAndAllHearWhatIsSaid() {
    oak.chat.type("/share lunch");
    oak.isTold("you are in lunch");
    await("announced")
        .atMost(SOON)
        .until(
            () ->
                elm.node.join().roster().people().stream()
                    .anyMatch(person -> !person.activities().isEmpty()));
    elm.chat.type("/join lunch");
    elm.isTold("you are in lunch");
    oak.isTold("elm joined");

    elm.sees(ash);
    ash.sees(elm);
    elm.chat.type("/invite ash");
    ash.isTold("elm invites you to lunch");
    ash.chat.type("/accept");
    ash.isTold("you are in lunch");
    oak.isTold("ash joined");
    elm.isTold("ash joined");

    ash.chat.type("at noon?");
    elm.isTold("ash: at noon?");
    elm.chat.type("at one");
    for (Talker each : all()) {
      each.isTold("ash: at noon?");
      each.isTold("elm: at one");
      assertThat(each.told).doesNotHaveDuplicates().noneMatch(line -> line.startsWith("!"));
    }
  }

  @Test
  void whatCannotBeIsSaidInOneLine() {
    oak.chat.type("/join nowhere");
    oak.isTold("! no activity nowhere is known here");
    oak.chat.type("/accept");
    oak.isTold("! no invitation  is known here");
    oak.chat.type("/invite nobody");
    await("nobody").atMost(SOON).until(() -> oak.told.size() == 3);
    assertThat(oak.told.get(2)).startsWith("! nobody ").doesNotContain("\n");
  }

  @Test
  void thePageOnBundlingPrintsItWordForWord() throws Exception {
    String chat = Files.readString(Path.of("src/test/java/io/limpet/node/chat/Chat.java"));
    assertThat(chat.lines()).hasSizeLessThan(80);
    assertThat(Files.readString(Path.of("../docs/bundling.md")))
        .contains("```java\n" + chat + "```\n");
  }
}

package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.rig.MeshRig;
import io.limpet.rig.Rig;
import io.limpet.rig.internal.laptop.Laptop;
import io.limpet.rig.internal.laptop.LaptopException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of invitations when a node's disk is full, when it is killed, and when its database
 * is damaged, as a person at the command line sees it.
 */
@Tag("kernel")
@Tag("waits")
@Timeout(120)
class StoreFaultsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<String> SMALL =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m");

  @TempDir Path folder;

  private Laptop oak;
  private Laptop elm;

  @AfterEach
  void stop() throws Exception {
    for (Laptop each : new Laptop[] {oak, elm}) {
      if (each != null) {
        each.kill();
      }
    }
    run("umount", "-l", home("oak").toString());
  }

  private Path home(String name) {
    return folder.resolve(name);
  }

  @Test
  @MeshRig(devices = 2)
  void aFullDiskACrashAndADamagedDatabaseLoseNothingThatWasAccepted(Rig rig) throws Exception {
    Files.createDirectory(home("oak"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", home("oak").toString()) == 0,
        "needs the right to mount a file system");
    oak = new Laptop(rig.devices().get(0), "oak", home("oak"), SMALL);
    elm = new Laptop(rig.devices().get(1), "elm", home("elm"), SMALL);
    oak.start(List.of());
    elm.start(List.of());
    soon("both are up", () -> oak.isReady() && elm.isReady());
    soon("they meet", () -> oak.sees(elm) && elm.sees(oak));
    String lunch = share(oak, "lunch");
    String tea = share(oak, "tea");
    String delivered = invite(oak, elm, lunch);
    soon("delivered, and known to be", () -> state(oak, delivered).equals("DELIVERED"));

    fullDisk(lunch, tea, delivered);
    crash();
    damage();
  }

  /** What cannot be stored is refused in one line and not said; it goes on when there is room. */
  private void fullDisk(String lunch, String tea, String delivered) throws Exception {
    Path filler = home("oak").resolve("filler");
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
    for (List<String> command :
        List.of(
            List.of("share", "chat:supper"),
            List.of("invite", "elm", "--activity", tea),
            List.of("policy", "nobody"))) {
      NodeUnderTest.Ended refused = limpet(command);
      assertThat(refused.exitCode()).as(command.toString()).isEqualTo(1);
      assertThat(refused.errorLines())
          .as(command.toString())
          .singleElement()
          .satisfies(line -> assertThat(line).contains("the disk is full: make room on it"));
    }
    String theirs = invite(elm, oak, share(elm, "walk"));
    assertThat(states(oak)).isEqualTo(Map.of(delivered, "DELIVERED"));
    assertThat(states(elm)).isEqualTo(Map.of(delivered, "DELIVERED", theirs, "PENDING"));

    Files.delete(filler);
    assertThat(limpet(List.of("policy", "known")).exitCode()).isZero();
    String second = invite(oak, elm, tea);
    soon("delivered", () -> state(elm, second).equals("DELIVERED"));
    assertThat(share(oak, "supper")).isNotEqualTo(lunch);
  }

  /** Killed, it knows what it knew. */
  private void crash() throws Exception {
    Map<String, String> before = states(oak);
    List<String> activities = activities();
    oak.kill();
    restart();
    assertThat(states(oak)).containsAllEntriesOf(before);
    assertThat(activities()).isEqualTo(activities);
    assertThat(oak.call("policy", Map.of()).path("whoMayInvite").asText()).isEqualTo("known");
    // What elm sent while there was no room comes now; elm is known, for oak has invited elm.
    soon("the other's as well", () -> states(oak).size() == 3 && states(elm).equals(states(oak)));
  }

  /** It is moved aside and said loudly, and a fresh one serves. */
  private void damage() throws Exception {
    oak.close();
    oak.awaitEnd(PATIENCE);
    Path database = home("oak").resolve("invitations.db");
    soon("written back", () -> !Files.exists(home("oak").resolve("invitations.db-wal")));
    try (FileChannel channel = FileChannel.open(database, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[8192]), 4096);
    }
    restart();
    NodeUnderTest.Ended status = limpet(List.of("status"));
    assertThat(status.standardOutput())
        .contains("WARNING: " + database + " could not be read")
        .containsPattern("was moved to .*invitations\\.db\\.damaged-");
    JsonNode told =
        oak.awaitEvent("the damage", PATIENCE, e -> e.event().equals("store.damaged")).json();
    assertThat(Path.of(told.path("movedTo").asText())).isNotEmptyFile();
    assertThat(activities()).isEmpty();
    assertThat(share(oak, "breakfast")).isNotEmpty();
  }

  private void restart() throws LaptopException {
    long lives = ready();
    oak.start(List.of());
    soon("up again", () -> ready() > lives);
  }

  private long ready() {
    return oak.journal().stream().filter(e -> e.event().equals("node.ready")).count();
  }

  private static void soon(String what, Callable<Boolean> condition) {
    await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(condition);
  }

  private static String share(Laptop by, String title) throws LaptopException {
    return by.call("share", Map.of("type", "chat", "title", title, "open", false))
        .path("activity")
        .asText();
  }

  private static String invite(Laptop by, Laptop whom, String activity) throws LaptopException {
    return by.call("invite", Map.of("peer", whom.name(), "activity", activity))
        .path("invitation")
        .asText();
  }

  private static String state(Laptop at, String id) throws LaptopException {
    return states(at).getOrDefault(id, "unknown");
  }

  private static Map<String, String> states(Laptop at) throws LaptopException {
    Map<String, String> states = new TreeMap<>();
    for (JsonNode each : at.call("invitations", Map.of())) {
      assertThat(states.put(each.path("id").asText(), each.path("state").asText())).isNull();
    }
    return states;
  }

  private List<String> activities() throws LaptopException {
    List<String> titles = new ArrayList<>();
    for (JsonNode each : oak.call("activities", Map.of())) {
      if (each.path("joined").asBoolean()) {
        titles.add(each.path("title").asText());
      }
    }
    return titles;
  }

  private NodeUnderTest.Ended limpet(List<String> command) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--home", home("oak").toString()));
    arguments.addAll(command);
    return NodeUnderTest.runToEnd(NodeUnderTest.limpet(arguments.toArray(String[]::new)));
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor();
  }
}

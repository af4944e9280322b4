package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files between two nodes on an air inside of this process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class FileCommandsTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir static Path folder = Path.of("");

  private OakAndElm mesh;
  private Path inbox = Path.of("");
  private int inboxes;

  @BeforeAll
  void start() throws Exception {
    mesh = new OakAndElm(folder);
    mesh.start("oak");
    mesh.start("elm");
    mesh.awaitMeeting("oak", "elm");
  }

  @AfterAll
  void stop() {
    if (mesh != null) {
      mesh.close();
    }
  }

  @BeforeEach
  void empty() throws IOException {
    inbox = Files.createDirectory(folder.resolve("inbox" + ++inboxes));
  }

  private Foreground receives(String... further) {
    String[] args =
        Stream.concat(Stream.of("receive", "--into", inbox.toString()), Arrays.stream(further))
            .toArray(String[]::new);
    return Foreground.start(folder.resolve("elm"), args);
  }

  private static Path file(String name, int bytes) throws IOException {
    byte[] data = new byte[bytes];
    new Random(bytes).nextBytes(data);
    return Files.write(Files.createDirectories(folder.resolve("out")).resolve(name), data);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(inbox)) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void filesArriveWholeUnderTheirNamesAndReplaceNothing() throws Exception {
    Path leaf = file("leaf.bin", 3_000_001);
    Path nothing = file("nothing", 0);
    Files.writeString(inbox.resolve("leaf.bin"), "mine");
    try (Foreground elm = receives("--from", "oak", "--count", "2")) {
      Said sent = mesh.as("oak", "send", "elm", leaf.toString(), nothing.toString());
      assertThat(sent.exit()).as(sent.err()).isZero();
      assertThat(sent.out()).contains("leaf.bin, 3.0 MB: sent to elm, verified");
      assertThat(elm.exit()).isZero();
      assertThat(elm.said()).contains("leaf (2).bin, 3.0 MB: received from oak, verified");
    }
    assertThat(names()).containsExactly("leaf (2).bin", "leaf.bin", "nothing");
    assertThat(inbox.resolve("leaf (2).bin")).hasSameBinaryContentAs(leaf);
    assertThat(inbox.resolve("leaf.bin")).hasContent("mine");
  }

  @Test
  void whatIsThereAlreadyIsNotSentAgain() throws Exception {
    Path leaf = file("again.bin", 500_000);
    try (Foreground elm = receives("--from", "oak")) {
      assertThat(mesh.as("oak", "send", "elm", leaf.toString()).exit()).isZero();
      assertThat(mesh.as("oak", "send", "elm", leaf.toString()).exit()).isZero();
      assertThat(elm.said()).containsOnlyOnce("received");
    }
    assertThat(names()).containsExactly("again.bin");
  }

  @Test
  void whatIsInterruptedGoesOnFromWhereItWasOnlyIfItIsTheSame() throws Exception {
    Path leaf = file("part.bin", 4_000_000);
    byte[] data = Files.readAllBytes(leaf);
    for (boolean damaged : new boolean[] {false, true}) {
      Path target = inbox.resolve("part.bin");
      Files.deleteIfExists(target);
      try (Foreground elm = receives("--from", "oak", "--count", "1")) {
        byte[] head = Arrays.copyOf(data, 1_500_000);
        if (damaged) {
          head[700_000] ^= 1; // what a disk may have lost with the power
        }
        Files.write(partial(leaf), head, StandardOpenOption.CREATE_NEW);
        Said sent = mesh.as("oak", "send", "elm", leaf.toString());
        assertThat(sent.exit()).as(sent.err()).isZero();
        assertThat(elm.exit()).isZero();
        if (damaged) {
          assertThat(elm.said()).doesNotContain("goes on");
        } else {
          assertThat(elm.said()).contains("goes on from 1.5 MB of 4.0 MB");
          assertThat(sent.out()).contains("goes on from 1.5 MB of 4.0 MB");
        }
      }
      assertThat(names()).containsExactly("part.bin");
      assertThat(target).hasSameBinaryContentAs(leaf);
    }
  }

  private Path partial(Path file) throws Exception {
    String oak = mesh.as("oak", "status", "--json").json().path("address").asText();
    return inbox.resolve(
        io.limpet.node.internal.files.Partials.name(java.net.InetAddress.getByName(oak), file));
  }

  @Test
  void whoMayNotSendIsToldSo() throws Exception {
    Path leaf = file("refused.bin", 2_000_000);
    try (Foreground elm = receives("--from", "verified")) {
      Said refused = mesh.as("oak", "send", "elm", leaf.toString());
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err()).contains("refused.bin: elm takes no files of this node");
      elm.says("refused.bin, 2.0 MB, oak: refused");
      assertThat(mesh.as("elm", "receive", "--into", inbox.toString()).err())
          .contains("receives files already");
    }
    assertThat(names()).isEmpty();
    awaitClosed();
    try (Foreground elm = receives("--from", "everyone", "--max-megabytes", "1")) {
      assertThat(mesh.as("oak", "send", "elm", leaf.toString()).err())
          .contains("takes no files of that size");
      assertThat(elm.said()).contains("who may send: everyone");
    }
    assertThat(names()).isEmpty();
    awaitClosed();
  }

  /** The node hears a moment later that a command was interrupted. */
  private void awaitClosed() {
    await()
        .atMost(SOON)
        .until(
            () ->
                mesh.as("oak", "send", "elm", file("probe", 1).toString(), "--give-up", "1ms")
                    .err()
                    .contains("does not receive"));
  }

  @Test
  void whoDoesNotReceiveIsWaitedFor() throws Exception {
    Path leaf = file("patient.bin", 100_000);
    try (Foreground oak = Foreground.start(folder.resolve("oak"), "send", "elm", leaf.toString())) {
      oak.says("waiting: elm does not receive: 'limpet receive' there takes it");
      try (Foreground elm = receives("--from", "oak", "--count", "1")) {
        assertThat(elm.exit()).isZero();
      }
      assertThat(oak.exit()).isZero();
    }
    Said given = mesh.as("oak", "send", "elm", leaf.toString(), "--give-up", "700ms");
    assertThat(given.exit()).isEqualTo(1);
    assertThat(given.err()).contains("patient.bin: given up: elm does not receive");
  }

  @Test
  void whatIsAskedWronglyIsSaidInOneLine() throws Exception {
    assertThat(mesh.as("oak", "send", "elm").exit()).isEqualTo(2);
    assertThat(mesh.as("oak", "send", "elm", folder.toString()).err()).contains("is a folder");
    assertThat(mesh.as("oak", "send", "elm", folder + "/none").err()).contains("is not there");
    assertThat(mesh.as("oak", "send", "nobody", folder + "/none").exit()).isEqualTo(1);
    assertThat(mesh.as("elm", "receive", "--into", folder + "/none").err())
        .contains("is not a folder");
  }
}

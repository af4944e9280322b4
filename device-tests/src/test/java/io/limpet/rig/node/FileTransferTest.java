package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.limpet.rig.MeshRig;
import io.limpet.rig.Rig;
import io.limpet.rig.RigProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file arrives whole though both laptops lose power on the way. */
@Tag("kernel")
@Tag("waits")
@Timeout(120)
class FileTransferTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int BYTES = 6_000_000;

  @TempDir Path folder;

  private CommandLineInBackground receive;
  private CommandLineInBackground send;

  @AfterEach
  void stop() {
    for (CommandLineInBackground command : new CommandLineInBackground[] {send, receive}) {
      if (command != null) {
        command.interrupt();
      }
    }
  }

  private long receivedBytes(Path inbox) throws IOException {
    try (Stream<Path> files = Files.list(inbox)) {
      return files.mapToLong(file -> file.toFile().length()).max().orElse(0);
    }
  }

  private void awaitReceived(Path inbox, long bytes) {
    await(bytes + " bytes are there: " + send.said() + receive.said())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> receivedBytes(inbox) > bytes || send.hasEnded());
    assertThat(send.hasEnded()).as(send.said()).isFalse();
  }

  @Test
  @MeshRig(
      names = {"oak", "elm"},
      rateBitsPerSecond = 20_000_000)
  void itGoesOnFromWhereItWasWhenEitherNodeIsKilled(Rig rig) throws Exception {
    RigNodes nodes = new RigNodes(folder);
    byte[] data = new byte[BYTES];
    new Random(rig.seed()).nextBytes(data);
    Path file = Files.write(folder.resolve("leaves.bin"), data);
    Path inbox = Files.createDirectory(folder.resolve("inbox"));
    RigProcess oak = nodes.start(rig.device("oak"));
    RigProcess elm = nodes.start(rig.device("elm"));
    nodes.awaitUnicast(rig.device("oak"));
    nodes.awaitUnicast(rig.device("elm"));

    receive =
        new CommandLineInBackground(
            folder.resolve("elm"),
            "receive",
            "--into",
            inbox.toString(),
            "--from",
            "oak",
            "--count",
            "1");
    send = new CommandLineInBackground(folder.resolve("oak"), "send", "elm", file.toString());
    awaitReceived(inbox, BYTES / 5);
    elm.kill();
    elm.waitFor(PATIENCE);
    nodes.start(rig.device("elm"));
    awaitReceived(inbox, BYTES / 2);
    oak.kill();
    oak.waitFor(PATIENCE);
    nodes.start(rig.device("oak"));

    await().atMost(PATIENCE).until(() -> send.hasEnded() && receive.hasEnded());
    System.out.println(send.said() + receive.said());
    assertThat(send.exit()).as(send.said()).isZero();
    assertThat(receive.exit()).as(receive.said()).isZero();
    assertThat(receive.said().split("goes on from", -1)).as(receive.said()).hasSize(3);
    assertThat(inbox.resolve("leaves.bin")).hasBinaryContent(data);
    try (Stream<Path> files = Files.list(inbox)) {
      assertThat(files).hasSize(1);
    }
  }
}

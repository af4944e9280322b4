package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Everything that passed the device while it was open, as tshark dissects it. */
final class Capture implements AutoCloseable {
  private final Path file;
  private final Path log;
  private final Process dumpcap;

  Capture(Namespace namespace, Path folder, String name) throws IOException {
    file = folder.resolve(name + ".pcapng");
    log = folder.resolve(name + ".log");
    dumpcap =
        namespace.start(
            log,
            "dumpcap",
            "-q",
            "-i",
            KernelReferee.DEVICE,
            "-B",
            "64",
            "-f",
            "ip6 and tcp",
            "-w",
            file.toString());
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.readString(log).contains("File: "));
  }

  /** Ends the capture; everything captured is in the file then. */
  @Override
  public void close() {
    dumpcap.destroy();
    try {
      if (!dumpcap.waitFor(5, TimeUnit.SECONDS)) {
        dumpcap.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the capture and reads it; nothing may have been missed. */
  List<Packet> read() throws IOException {
    close();
    assertThat(Files.readString(log))
        .as("what dumpcap says of packets that it saw and dropped")
        .containsPattern("received/dropped on interface '.*': \\d+/0 ");
    return tshark()
        .lines()
        .filter(line -> !line.startsWith("Running as"))
        .map(Packet::read)
        .toList();
  }

  private String tshark() {
    List<String> command =
        new ArrayList<>(
            List.of(
                "tshark",
                "-n",
                // The data is not to be looked into: what it says is no concern of TCP's.
                "-d",
                "tcp.port==1-65535,data",
                "-r",
                file.toString(),
                "-o",
                "tcp.check_checksum:TRUE",
                "-T",
                "fields",
                "-E",
                "aggregator=" + Packet.SEPARATOR));
    Packet.FIELDS.forEach(field -> command.addAll(List.of("-e", field)));
    return Namespace.run(command);
  }
}

package io.limpet.tcp.internal.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Everything that passed the device while it was open, and what tshark finds in it. */
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
  public void close() throws IOException {
    dumpcap.destroy();
    try {
      if (!dumpcap.waitFor(5, TimeUnit.SECONDS)) {
        dumpcap.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns what dumpcap says about the numbers of packets it saw and dropped. */
  String summary() throws IOException {
    return Files.readString(log);
  }

  /** Returns one line for each packet of the engine's that a display filter picks. */
  List<String> find(String filter) {
    return Namespace.run(
            List.of(
                "tshark",
                "-n",
                // The data is random: nobody shall look for protocols in it.
                "-d",
                "tcp.port==1-65535,data",
                "-r",
                file.toString(),
                "-o",
                "tcp.check_checksum:TRUE",
                "-Y",
                "ipv6.src == " + Bridge.ENGINE + " && (" + filter + ")"))
        .lines()
        .filter(line -> !line.startsWith("Running as user"))
        .toList();
  }
}

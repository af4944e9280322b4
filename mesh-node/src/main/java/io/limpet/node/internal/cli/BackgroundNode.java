package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.runtime.LiveNode;
import io.limpet.node.internal.runtime.OwnCommandLine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * This very command line, run again as a process that outlives its terminal; what it prints goes
 * into {@code node.log} in the home folder.
 */
final class BackgroundNode {
  /** The option that asks for it. */
  static final String OPTION = "--background";

  /** So long a node may take to come up, on the slowest machine. */
  private static final Duration START = Duration.ofSeconds(60);

  private static final long LOOK_MS = 50;

  /** Without it the node would be told of its terminal's end. */
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /** What nodes say of failures begins like this. */
  private static final String REASON = "limpet: ";

  private BackgroundNode() {}

  /** Starts the node, and returns what it says of itself once it is up. */
  static List<String> start(Path home, ControlClient client)
      throws NodeException, IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      command.add(SETSID.toString());
    }
    command.addAll(OwnCommandLine.words());
    command.removeIf(OPTION::equals);
    Path log = log(home);
    Process node =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(log.toFile())
            .redirectErrorStream(true)
            .start();
    long deadlineNs = System.nanoTime() + START.toNanos();
    do {
      if (node.waitFor(LOOK_MS, TimeUnit.MILLISECONDS)) {
        throw new NodeException(reason(log));
      }
      List<String> lines = announcement(client, node.pid());
      if (!lines.isEmpty()) {
        return lines;
      }
    } while (System.nanoTime() - deadlineNs < 0);
    node.destroyForcibly();
    throw new NodeException("the node did not answer within 60 s: see " + log);
  }

  private static List<String> announcement(ControlClient client, long pid) {
    List<String> lines = new ArrayList<>();
    try {
      JsonNode announced = client.call(LiveNode.ANNOUNCEMENT, Map.of());
      // Another node may hold the home folder: this one is about to say so.
      if (announced.path("pid").asLong() == pid) {
        announced.path("lines").forEach(line -> lines.add(line.asText()));
      }
    } catch (ControlException e) {
      return List.of(); // it does not answer yet
    }
    return lines;
  }

  private static Path log(Path home) throws NodeException {
    Path log = home.resolve("node.log");
    Set<PosixFilePermission> owners = PosixFilePermissions.fromString("rw-------");
    try {
      Files.createDirectories(
          home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (!Files.exists(log)) {
        Files.createFile(log, PosixFilePermissions.asFileAttribute(owners));
      }
      Files.writeString(log, "", StandardOpenOption.TRUNCATE_EXISTING);
      return log;
    } catch (IOException e) {
      throw new NodeException(log + " cannot be written: " + e.getMessage(), e);
    }
  }

  private static String reason(Path log) throws IOException {
    String last = "the node ended at once: see " + log;
    for (String line : Files.readAllLines(log)) {
      if (line.startsWith(REASON)) {
        last = line.substring(REASON.length());
      }
    }
    return last;
  }
}

package io.limpet.rig.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.rig.internal.cli.RigMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A node as a person starts it: by the command line, in a process of its own. */
final class NodeUnderTest implements AutoCloseable {
  /** What became of a command that ended. */
  record Ended(int exitCode, String standardOutput, String standardError) {
    List<String> errorLines() {
      return standardError.lines().toList();
    }
  }

  private static final Duration START = Duration.ofSeconds(60);

  private final Path home;
  private final Process process;

  private NodeUnderTest(Path home, Process process) {
    this.home = home;
    this.process = process;
  }

  static List<String> limpet(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx160m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(RigMain.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  static NodeUnderTest start(String namespace, Path home, String name, String... options)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("--home", home.toString(), "node", "--name", name, "--until-stdin-closes"));
    arguments.addAll(List.of(options));
    Process process =
        new ProcessBuilder(Cable.inside(namespace, limpet(arguments.toArray(new String[0]))))
            .redirectErrorStream(true)
            .redirectOutput(home.resolveSibling(home.getFileName() + ".log").toFile())
            .start();
    NodeUnderTest node = new NodeUnderTest(home, process);
    Awaitility.await(name + " is up")
        .atMost(START)
        .until(() -> node.answers() || !process.isAlive());
    return node;
  }

  /** Runs a command to its end. */
  static Ended runToEnd(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), out, err);
  }

  private boolean answers() {
    try {
      return call("status").path("name").isTextual();
    } catch (ControlException e) {
      return false;
    }
  }

  JsonNode call(String command) throws ControlException {
    return call(command, Map.of());
  }

  JsonNode call(String command, Map<String, ?> arguments) throws ControlException {
    return new ControlClient(home).call(command, arguments);
  }

  JsonNode peer(String name) throws ControlException {
    for (JsonNode peer : call("peers")) {
      if (peer.path("name").asText().equals(name)) {
        return peer;
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  Path home() {
    return home;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

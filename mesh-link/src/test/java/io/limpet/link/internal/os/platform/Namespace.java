package io.limpet.link.internal.os.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A network namespace of this test run, removed with everything in it when closed. */
final class Namespace implements AutoCloseable {
  private final String name;

  private Namespace(String name) {
    this.name = name;
  }

  /** Makes a namespace whose name is not that of another test run. */
  static Namespace create(String role) {
    Namespace namespace = new Namespace("limpet-os-" + role + "-" + ProcessHandle.current().pid());
    run(List.of("ip", "netns", "add", namespace.name));
    namespace.ip("link set lo up");
    return namespace;
  }

  /** Says whether this process may make namespaces. */
  static boolean permitted() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0
          && Files.isWritable(Path.of("/run"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  String name() {
    return name;
  }

  /** Runs {@code ip} inside; returns its output. */
  String ip(String arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", name));
    command.addAll(List.of(arguments.split(" ")));
    return run(command);
  }

  /** Runs a command inside; returns its output. */
  String exec(String... command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
    whole.addAll(List.of(command));
    return run(whole);
  }

  @Override
  public void close() {
    run(List.of("ip", "netns", "delete", name));
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new IllegalStateException(String.join(" ", command), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

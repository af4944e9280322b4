package io.limpet.tcp.internal.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A network namespace of this test run, removed with everything in it when closed. */
final class Namespace implements AutoCloseable {
  private final String name = "limpet-tcp-" + ProcessHandle.current().pid();

  Namespace() {
    run(List.of("ip", "netns", "add", name));
  }

  /** Says whether this process may make namespaces and TUN devices. */
  static boolean isPermitted() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
          && Files.isWritable(Path.of("/dev/net/tun"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Runs a command inside; returns its output. */
  String exec(String... command) {
    return run(inside(command));
  }

  /** Starts a command inside; its errors go to the file. */
  Process start(Path errors, String... command) throws IOException {
    return new ProcessBuilder(inside(command)).redirectError(errors.toFile()).start();
  }

  private List<String> inside(String... command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", name));
    whole.addAll(List.of(command));
    return whole;
  }

  /** Ends what still runs inside, and removes it. */
  @Override
  public void close() {
    run(List.of("ip", "netns", "pids", name))
        .lines()
        .map(pid -> Long.parseLong(pid.trim()))
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    run(List.of("ip", "netns", "delete", name));
  }

  /** Runs a command to its end; returns its output and errors. */
  static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
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

package io.limpet.rig.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Two namespaces joined by a plain veth pair: no medium of ours, and nothing else. */
final class Cable implements AutoCloseable {
  final String left;
  final String right;

  Cable() throws IOException, InterruptedException {
    String unique =
        "limpet-cable-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 1000;
    left = unique + "-l";
    right = unique + "-r";
    run("ip", "netns", "add", left);
    run("ip", "netns", "add", right);
    run(
        "ip", "-n", left, "link", "add", "v0", "type", "veth", "peer", "name", "v0", "netns",
        right);
    int host = 1;
    for (String side : List.of(left, right)) {
      run("ip", "-n", side, "link", "set", "lo", "up");
      run("ip", "-n", side, "addr", "add", "10.88.0." + host++ + "/24", "dev", "v0");
      run("ip", "-n", side, "link", "set", "v0", "addrgenmode", "eui64");
      run("ip", "-n", side, "link", "set", "v0", "up");
    }
  }

  /** A command inside one side. */
  static List<String> inside(String side, List<String> command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", side));
    all.addAll(command);
    return all;
  }

  static String run(String... command) throws IOException, InterruptedException {
    return run(List.of(command));
  }

  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    try {
      unplug();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void unplug() throws IOException, InterruptedException {
    for (String side : List.of(left, right)) {
      for (String pid : run("ip", "netns", "pids", side).split("\\s+", -1)) {
        if (!pid.isBlank()) {
          ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
      run("ip", "netns", "del", side);
    }
  }
}

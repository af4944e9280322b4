package io.limpet.rig.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two namespaces joined by a plain veth pair, or by two switches with a cable between them whose
 * MTU can be less than theirs: no medium of ours, and nothing else.
 */
final class Cable implements AutoCloseable {
  final String left;
  final String right;
  private final String middle;
  private final boolean switched;

  Cable() throws IOException, InterruptedException {
    this(false);
  }

  private Cable(boolean switched) throws IOException, InterruptedException {
    this.switched = switched;
    String unique =
        "limpet-cable-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 1000;
    left = unique + "-l";
    right = unique + "-r";
    middle = unique + "-m";
    try {
      build();
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void build() throws IOException, InterruptedException {
    run("ip", "netns", "add", left);
    run("ip", "netns", "add", right);
    if (switched) {
      buildSwitches();
    } else {
      join(left, "v0", right, "v0");
    }
    int host = 1;
    for (String side : List.of(left, right)) {
      run("ip", "-n", side, "link", "set", "lo", "up");
      run("ip", "-n", side, "addr", "add", "10.88.0." + host++ + "/24", "dev", "v0");
      run("ip", "-n", side, "link", "set", "v0", "addrgenmode", "eui64");
      run("ip", "-n", side, "link", "set", "v0", "up");
    }
  }

  /**
   * A cable through two switches. Between them, frames that are larger than {@link #narrow} allows
   * vanish, and nobody is told.
   */
  static Cable throughSwitches() throws IOException, InterruptedException {
    return new Cable(true);
  }

  private void buildSwitches() throws IOException, InterruptedException {
    run("ip", "netns", "add", middle);
    join(left, "v0", middle, "a0");
    join(right, "v0", middle, "b0");
    join(middle, "a1", middle, "b1");
    for (String bridge : List.of("a", "b")) {
      String name = "switch-" + bridge;
      run("ip", "-n", middle, "link", "add", name, "type", "bridge", "mcast_snooping", "0");
      for (String port : List.of(bridge + "0", bridge + "1")) {
        run("ip", "-n", middle, "link", "set", port, "master", name, "up");
      }
      run("ip", "-n", middle, "link", "set", name, "up");
    }
    // Frames as a real card would put them on the wire: whatever is larger would not be measured.
    for (String side : List.of(left, right)) {
      run("ip", "-n", side, "link", "set", "v0", "gso_max_segs", "1");
    }
  }

  private static void join(String one, String oneName, String other, String otherName)
      throws IOException, InterruptedException {
    run(
        "ip", "-n", one, "link", "add", oneName, "type", "veth", "peer", "name", otherName, "netns",
        other);
  }

  /** Lets packets of more bytes vanish between the switches. */
  void narrow(int mtu) throws IOException, InterruptedException {
    for (String end : List.of("a1", "b1")) {
      run("ip", "-n", middle, "link", "set", end, "mtu", Integer.toString(mtu));
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
    for (String side : List.of(left, right, middle)) {
      if (!Files.exists(Path.of("/run/netns", side))) {
        continue;
      }
      for (String pid : run("ip", "netns", "pids", side).split("\\s+", -1)) {
        if (!pid.isBlank()) {
          ProcessHandle.of(Long.parseLong(pid.strip())).ifPresent(ProcessHandle::destroyForcibly);
        }
      }
      run("ip", "netns", "del", side);
    }
  }
}

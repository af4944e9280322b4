package io.limpet.rig.node;

import java.io.IOException;
import java.util.List;

/**
 * Three hosts on one wire that all of them hear, as on the air: namespaces joined by a bridge that
 * remembers no address, and so sends everything everywhere. IPv4 alone, so that there is one
 * unicast.
 */
final class Hub implements AutoCloseable {
  static final String DEVICE = "v0";

  private final String unique =
      "limpet-hub-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 1000;
  private final String wire = unique + "-w";
  final Host oak = new Host(unique + "-o", "10.88.0.1", "02:00:00:00:88:01");
  final Host elm = new Host(unique + "-e", "10.88.0.2", "02:00:00:00:88:02");
  final Host mallory = new Host(unique + "-m", "10.88.0.3", "02:00:00:00:88:03");

  /** One host: its namespace, and where it is on the wire. */
  record Host(String namespace, String ip, String mac) {}

  Hub() throws IOException, InterruptedException {
    try {
      run("ip", "netns", "add", wire);
      run("ip", "-n", wire, "link", "add", "hub", "type", "bridge", "ageing_time", "0");
      run("ip", "-n", wire, "link", "set", "hub", "up");
      int port = 1;
      for (Host host : List.of(oak, elm, mallory)) {
        plugIn(host, "p" + port++);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void plugIn(Host host, String port) throws IOException, InterruptedException {
    String name = host.namespace();
    run("ip", "netns", "add", name);
    for (String which : List.of("all", "default")) {
      run(
          Cable.inside(
              name, List.of("sysctl", "-qw", "net.ipv6.conf." + which + ".disable_ipv6=1")));
    }
    run(
        "ip",
        "-n",
        name,
        "link",
        "add",
        DEVICE,
        "address",
        host.mac(),
        "type",
        "veth",
        "peer",
        "name",
        port,
        "netns",
        wire);
    run("ip", "-n", wire, "link", "set", port, "master", "hub");
    run("ip", "-n", wire, "link", "set", port, "up");
    run("ip", "-n", name, "link", "set", "lo", "up");
    run("ip", "-n", name, "addr", "add", host.ip() + "/24", "dev", DEVICE);
    run("ip", "-n", name, "link", "set", DEVICE, "up");
  }

  private static String run(String... command) throws IOException, InterruptedException {
    return Cable.run(command);
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    return Cable.run(command);
  }

  @Override
  public void close() throws IOException {
    try {
      String there = run("ip", "netns", "list");
      for (String name : List.of(oak.namespace(), elm.namespace(), mallory.namespace(), wire)) {
        if (there.contains(name)) {
          for (String pid : run("ip", "netns", "pids", name).split("\\s+", -1)) {
            if (!pid.isBlank()) {
              ProcessHandle.of(Long.parseLong(pid.strip()))
                  .ifPresent(ProcessHandle::destroyForcibly);
            }
          }
          run("ip", "netns", "del", name);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

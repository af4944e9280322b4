package io.limpet.rig.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts, each a namespace, on several networks, each a bridge in a namespace between them: what is
 * cut there keeps its carrier, so that no host is told. Host number h has on network n the
 * interface {@code eN} with the address {@code 10.9N.0.(h+1)}.
 */
final class Networks implements AutoCloseable {
  private final String unique = Long.toHexString(ProcessHandle.current().pid());
  private final String air = "limpet-nw-" + unique + "-air";
  private final List<String> hosts = new ArrayList<>();

  Networks(int hostCount, int networkCount, boolean ipv6) throws IOException, InterruptedException {
    for (int host = 0; host < hostCount; host++) {
      hosts.add("limpet-nw-" + unique + "-" + host);
    }
    close();
    Cable.run("ip", "netns", "add", air);
    for (String host : hosts) {
      Cable.run("ip", "netns", "add", host);
      setIpv6(host, ipv6);
      Cable.run("ip", "-n", host, "link", "set", "lo", "up");
    }
    for (int network = 0; network < networkCount; network++) {
      addNetwork(network);
    }
  }

  /** Another network comes into being, with every host on it. */
  void addNetwork(int network) throws IOException, InterruptedException {
    air("link", "add", "br" + network, "type", "bridge", "mcast_snooping", "0");
    air("link", "set", "br" + network, "up");
    for (int host = 0; host < hosts.size(); host++) {
      plug(host, network, "e" + network);
      ip(host, "addr", "add", address(host, network) + "/24", "dev", "e" + network);
      ip(host, "link", "set", "e" + network, "up");
    }
  }

  private static void setIpv6(String host, boolean on) throws IOException, InterruptedException {
    for (String scope : List.of("all", "default")) {
      Cable.run(
          Cable.inside(
              host,
              List.of(
                  "sysctl", "-qw", "net.ipv6.conf." + scope + ".disable_ipv6=" + (on ? 0 : 1))));
    }
  }

  String host(int host) {
    return hosts.get(host);
  }

  static String address(int host, int network) {
    return "10.9" + network + ".0." + (host + 1);
  }

  private void plug(int host, int network, String device) throws IOException, InterruptedException {
    Cable.run(
        "ip",
        "-n",
        air,
        "link",
        "add",
        port(host, network),
        "type",
        "veth",
        "peer",
        "name",
        device,
        "netns",
        host(host));
    air("link", "set", port(host, network), "master", "br" + network);
    air("link", "set", port(host, network), "up");
  }

  /** Takes an interface out, as a dongle is pulled. */
  void unplug(int host, int network) throws IOException, InterruptedException {
    air("link", "del", port(host, network));
  }

  private static String port(int host, int network) {
    return "p" + host + "n" + network;
  }

  void ip(int host, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", host(host)));
    command.addAll(List.of(words));
    Cable.run(command);
  }

  private void air(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("ip", "-n", air));
    command.addAll(List.of(words));
    Cable.run(command);
  }

  /** Nothing passes between a host and a network any more, and nobody is told. */
  void cut(int host, int network) throws IOException, InterruptedException {
    air("link", "set", port(host, network), "nomaster");
  }

  void mend(int host, int network) throws IOException, InterruptedException {
    air("link", "set", port(host, network), "master", "br" + network);
  }

  /** Nothing passes to a host any more; what it sends still does. */
  void deafen(int host, int network) throws IOException, InterruptedException {
    air(
        "link",
        "set",
        port(host, network),
        "type",
        "bridge_slave",
        "flood",
        "off",
        "mcast_flood",
        "off",
        "bcast_flood",
        "off",
        "learning",
        "off",
        "fdb_flush");
  }

  @Override
  public void close() throws IOException {
    List<String> all = new ArrayList<>(hosts);
    all.add(air);
    for (String namespace : all) {
      if (Files.exists(Path.of("/run/netns", namespace))) {
        try {
          for (String pid : Cable.run("ip", "netns", "pids", namespace).split("\\s+", -1)) {
            if (!pid.isBlank()) {
              ProcessHandle.of(Long.parseLong(pid.strip()))
                  .ifPresent(ProcessHandle::destroyForcibly);
            }
          }
          Cable.run("ip", "netns", "del", namespace);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}

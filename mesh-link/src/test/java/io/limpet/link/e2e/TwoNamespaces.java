package io.limpet.link.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Two namespaces joined by a veth pair, each with a node of its own; gone when closed. */
final class TwoNamespaces implements AutoCloseable {
  static final String IP_A = "10.77.1.1";
  static final String IP_B = "10.77.1.2";

  static final int NOBODY = 65534;
  static final String SINK = "sink0";

  private final String suffix = Long.toHexString(ProcessHandle.current().pid());
  final String namespaceA = "limpet-la" + suffix;
  final String namespaceB = "limpet-lb" + suffix;
  final String namespaceC = "limpet-lc" + suffix;
  final String deviceA = "la" + suffix;
  final String deviceB = "lb" + suffix;
  private final Path homes;
  private final List<ChildNode> children = new ArrayList<>();

  TwoNamespaces(Path homes) throws IOException {
    this.homes = homes;
    deleteNamespaces();
    ip("netns", "add", namespaceA);
    ip("netns", "add", namespaceB);
    for (String namespace : List.of(namespaceA, namespaceB)) {
      // IPv4 alone, so that breaking it leaves no other unicast; and no waiting for IPv6.
      run("ip", "netns", "exec", namespace, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
      run(
          "ip",
          "netns",
          "exec",
          namespace,
          "sysctl",
          "-qw",
          "net.ipv6.conf.default.disable_ipv6=1");
      ip("-n", namespace, "link", "set", "lo", "up");
    }
    ip(
        "link",
        "add",
        deviceA,
        "netns",
        namespaceA,
        "type",
        "veth",
        "peer",
        "name",
        deviceB,
        "netns",
        namespaceB);
    ip("-n", namespaceA, "addr", "add", IP_A + "/24", "dev", deviceA);
    ip("-n", namespaceB, "addr", "add", IP_B + "/24", "dev", deviceB);
    ip("-n", namespaceA, "link", "set", deviceA, "up");
    ip("-n", namespaceB, "link", "set", deviceB, "up");
  }

  static boolean isPossible() {
    try {
      return new ProcessBuilder("ip", "netns", "list").start().waitFor() == 0
          && Files.isWritable(Path.of("/run"));
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  ChildNode startA(boolean privileged) throws IOException {
    return start(namespaceA, "anna", deviceA, privileged);
  }

  ChildNode startB(boolean privileged) throws IOException {
    return start(namespaceB, "bert", deviceB, privileged);
  }

  private ChildNode start(String namespace, String name, String device, boolean privileged)
      throws IOException {
    ChildNode child =
        new ChildNode(
            namespace, homes.resolve(name).toString(), name, device, Boolean.toString(privileged));
    children.add(child);
    return child;
  }

  /** Starts A as a user without privileges who may ask a helper daemon. */
  ChildNode startAUnprivileged(Path linkd) throws IOException {
    Path home = Files.createDirectory(homes.resolve("anna"));
    Files.setAttribute(home, "unix:uid", NOBODY);
    ChildNode child =
        new ChildNode(
            namespaceA,
            List.of(
                "setpriv",
                "--reuid=" + NOBODY,
                "--regid=" + NOBODY,
                "--clear-groups",
                // So that it can read the class path wherever that is; of no use for the network.
                "--inh-caps=-all,+dac_read_search",
                "--ambient-caps=+dac_read_search",
                "--bounding-set=-all,+dac_read_search"),
            home.toString(),
            "anna",
            deviceA,
            "true",
            linkd.toString());
    children.add(child);
    return child;
  }

  /** Returns the entry of A's kernel for B. */
  String neighbourOfA() throws IOException {
    return run("ip", "-n", namespaceA, "neigh", "show", IP_B, "dev", deviceA);
  }

  /** Puts a bridge between the two, in place of the cable; before any node is started. */
  void insertBridge() throws IOException {
    ip("-n", namespaceA, "link", "del", deviceA);
    ip("netns", "add", namespaceC);
    ip("-n", namespaceC, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
    ip("-n", namespaceC, "link", "add", SINK, "type", "veth", "peer", "name", "sink1");
    ip("-n", namespaceC, "link", "set", "sink1", "up");
    join(namespaceA, deviceA, IP_A, "port-a");
    join(namespaceB, deviceB, IP_B, "port-b");
    for (String port : List.of("port-a", "port-b", SINK)) {
      ip("-n", namespaceC, "link", "set", port, "master", "br0", "up");
    }
    ip("-n", namespaceC, "link", "set", "br0", "up");
  }

  private void join(String namespace, String device, String ip, String port) throws IOException {
    List<String> pair = List.of("link", "add", device, "netns", namespace, "type", "veth", "peer");
    List<String> command = new ArrayList<>(pair);
    command.addAll(List.of("name", port, "netns", namespaceC));
    ip(command.toArray(String[]::new));
    ip("-n", namespace, "addr", "add", ip + "/24", "dev", device);
    ip("-n", namespace, "link", "set", device, "up");
  }

  /** The bridge believes that B is where nobody is: unicast to B is lost, nothing else. */
  void blackHoleInTheBridge() throws IOException {
    String link = run("ip", "-n", namespaceB, "-o", "link", "show", deviceB);
    String mac = link.replaceAll("(?s).*link/ether ([0-9a-f:]{17}).*", "$1");
    run(
        "bridge",
        "-n",
        namespaceC,
        "fdb",
        "replace",
        mac,
        "dev",
        SINK,
        "master",
        "static",
        "sticky");
  }

  /** Writes an entry of A's kernel for B. */
  void setNeighbourOfA(String mac, String state) throws IOException {
    ip("-n", namespaceA, "neigh", "replace", IP_B, "lladdr", mac, "nud", state, "dev", deviceA);
  }

  void deleteNeighbourOfA() throws IOException {
    ip("-n", namespaceA, "neigh", "del", IP_B, "dev", deviceA);
  }

  /** Says whether the system's packet filter can be set. */
  static boolean canFilter() {
    return Files.isExecutable(Path.of("/usr/sbin/nft"));
  }

  /** A drops all multicast that arrives, its own as well, as a wrong filter rule does. */
  void setDeafnessOfA(boolean deaf) throws IOException {
    String rules =
        deaf
            ? "add table ip deaf; add chain ip deaf in { type filter hook input priority 0; };"
                + " add rule ip deaf in ip daddr 224.0.0.0/4 drop"
            : "delete table ip deaf";
    ip("netns", "exec", namespaceA, "nft", rules);
  }

  void changeMacOfB(String mac) throws IOException {
    ip("-n", namespaceB, "link", "set", deviceB, "address", mac);
  }

  private static void ip(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    run(command.toArray(String[]::new));
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void deleteNamespaces() throws IOException {
    for (String namespace : List.of(namespaceA, namespaceB, namespaceC)) {
      if (Files.exists(Path.of("/run/netns", namespace))) {
        ip("netns", "del", namespace);
      }
    }
  }

  @Override
  public void close() throws IOException {
    children.forEach(ChildNode::close);
    deleteNamespaces();
  }
}

package io.limpet.link.internal.os.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The monitor against the real kernel: what it says is what {@code ip} says, at once. */
@Tag("kernel")
class NetlinkMonitorNamespaceTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Pattern LINK =
      Pattern.compile("(?m)^(\\d+): ([^:@]+)[:@].*?<(.*?)> mtu (\\d+) .*?link/\\S+ (\\S+) ");

  private Pair pair;
  private Agent agent;

  @BeforeEach
  void startsAnAgent() {
    assumeTrue(Namespace.permitted(), "network namespaces need root");
    pair = new Pair("mon");
    agent = Agent.asRoot(pair.a);
  }

  @AfterEach
  void removesTheNamespaces() {
    if (agent != null) {
      agent.close();
    }
    if (pair != null) {
      pair.close();
    }
  }

  @Test
  void aDumpEqualsWhatIpShows() {
    pair.a.ip("link add extra0 type veth peer name extra1");
    pair.a.ip("addr add 192.0.2.7/25 dev extra0");
    pair.a.ip("addr add 192.0.2.8/25 dev extra0");
    pair.a.ip("neigh replace 10.77.0.9 lladdr 02:00:00:00:00:09 dev veth0 nud stale");
    pair.a.ip("neigh replace fe80::9 lladdr 02:00:00:00:00:09 dev veth0 nud stale");
    await().atMost(SOON).until(() -> !Pair.linkLocal(pair.a).isEmpty());

    try (Agent fresh = Agent.asRoot(pair.a)) {
      assertThat(fresh.ask("interfaces").split("; "))
          .containsExactlyElementsOf(interfacesOf(pair.a));
      assertThat(fresh.ask("neighbour veth0 10.77.0.9")).isEqualTo("10.77.0.9 020000000009 STALE");
      assertThat(fresh.ask("neighbour veth0 fe80::9%veth0"))
          .matches("fe80:0:0:0:0:0:0:9%\\d+ 020000000009 STALE");
      assertThat(fresh.ask("detail extra0")).contains("/192.0.2.7=25", "/192.0.2.8=25");
      assertThat(fresh.ask("detail lo")).contains("loopback=true");
    }
  }

  @Test
  void addressesAreToldAsTheyComeAndGo() {
    pair.a.ip("addr add 10.77.0.50/24 dev veth0");
    awaitEvent("address-added \\d+ 10.77.0.50");
    awaitEvent("interface \\d+ veth0 .*10.77.0.50.*");

    pair.a.ip("addr del 10.77.0.50/24 dev veth0");
    awaitEvent("address-removed \\d+ 10.77.0.50");
    awaitInterfacesAsIpShowsThem();
  }

  @Test
  void anIpv6AddressIsToldWhenItIsNoLongerTentative() {
    pair.a.ip("addr add fe80::1:2:3/64 dev veth0");
    awaitEvent("address-added (\\d+) fe80:0:0:0:0:1:2:3%\\1");
    assertThat(pair.a.ip("-6 addr show dev veth0 tentative")).doesNotContain("fe80::1:2:3");

    pair.a.exec("sysctl", "-qw", "net.ipv6.conf.veth0.dad_transmits=3");
    pair.a.ip("addr add fe80::4:5:6/64 dev veth0");
    pair.a.ip("addr del fe80::4:5:6/64 dev veth0");
    pair.a.ip("addr add 10.77.0.51/24 dev veth0");
    awaitEvent("address-added \\d+ 10.77.0.51");
    assertThat(agent.events()).noneMatch(event -> event.contains("fe80:0:0:0:0:4:5:6"));
  }

  @Test
  void aLinkThatGoesDownAndUpAndChangesItsMacIsTold() {
    pair.b.ip("link set veth0 down");
    awaitEvent("interface \\d+ veth0 \\w+ down .*");
    pair.b.ip("link set veth0 up");
    awaitEvent("interface \\d+ veth0 \\w+ up .*");
    agent.events().clear();

    pair.a.ip("link set veth0 address 02:aa:bb:cc:dd:ee");
    awaitEvent("interface \\d+ veth0 02aabbccddee up .*");
    pair.a.ip("link set veth0 mtu 1400");
    awaitEvent("interface \\d+ veth0 02aabbccddee up multicast 1400 .*");
    awaitInterfacesAsIpShowsThem();
  }

  @Test
  void anInterfaceThatVanishesIsToldAfterItsAddressesAndNeighbours() {
    pair.a.ip("neigh replace 10.77.0.9 lladdr 02:00:00:00:00:09 dev veth0 nud stale");
    awaitEvent("neighbour \\d+ 10.77.0.9 020000000009 STALE");

    pair.a.ip("link del veth0");
    awaitEvent("interface-removed \\d+ veth0");
    List<String> events = List.copyOf(agent.events());
    int removed = indexOf(events, "interface-removed");
    assertThat(indexOf(events, "address-removed \\d+ 10.77.0.1")).isBetween(0, removed);
    assertThat(indexOf(events, "neighbour-removed \\d+ 10.77.0.9")).isBetween(0, removed);
    assertThat(agent.ask("interfaces")).doesNotContain("veth0");
  }

  @Test
  void neighbourEntriesAreToldAsTheyChange() {
    agent.ask("nudge veth0 " + Pair.B_IP);
    String mac = Pair.mac(pair.b).replace(":", "");
    awaitEvent("neighbour \\d+ 10.77.0.2 " + mac + " REACHABLE");

    pair.a.ip("neigh replace 10.77.0.2 lladdr 02:00:00:00:00:02 dev veth0 nud stale");
    awaitEvent("neighbour \\d+ 10.77.0.2 020000000002 STALE");
    pair.a.ip("neigh del 10.77.0.2 dev veth0");
    awaitEvent("neighbour-removed \\d+ 10.77.0.2");
    assertThat(agent.ask("neighbour veth0 10.77.0.2")).isEqualTo("none");
  }

  @Test
  void lostNotificationsAreMadeUpForByAnotherDump(@TempDir Path folder) throws IOException {
    List<String> batch = new ArrayList<>();
    for (int i = 0; i < 12_000; i++) {
      batch.add(
          String.format("neigh replace 10.77.0.9 lladdr 02:00:00:00:%02x:09 dev veth0", i % 256));
    }
    batch.add("neigh replace 10.77.0.10 lladdr 02:00:00:00:00:10 dev veth0 nud stale");
    batch.add("neigh del 10.77.0.9 dev veth0");
    batch.add("addr add 10.77.0.52/24 dev veth0");
    batch.add("link add extra8 type veth peer name extra9");
    Path file = folder.resolve("batch");
    Files.write(file, batch);

    assertThat(agent.ask("stall")).isEqualTo("stalled");
    pair.a.ip("-batch " + file);
    agent.tell("go");

    await().atMost(SOON).until(() -> !agent.ask("resyncs").equals("0"));
    assertThat(agent.ask("neighbour veth0 10.77.0.10")).contains("020000000010 STALE");
    assertThat(agent.ask("neighbour veth0 10.77.0.9")).doesNotContain("REACHABLE");
    assertThat(agent.events())
        .anyMatch(event -> event.matches("address-added \\d+ 10.77.0.52"))
        .anyMatch(event -> event.matches("interface \\d+ extra9 .*"));
    awaitInterfacesAsIpShowsThem();
  }

  @Test
  void anOrdinaryUserSeesTheSame() {
    try (Agent nobody = Agent.asNobody(pair.a)) {
      nobody.ask("nudge veth0 " + Pair.B_IP);
      await().atMost(SOON).until(() -> nobody.ask("neighbour veth0 10.77.0.2").contains("REACH"));
      assertThat(nobody.ask("interfaces")).isEqualTo(agent.ask("interfaces"));
    }
  }

  private void awaitEvent(String regex) {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(agent.events()).anyMatch(event -> event.matches(regex)));
  }

  private void awaitInterfacesAsIpShowsThem() {
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(agent.ask("interfaces").split("; "))
                    .containsExactlyElementsOf(interfacesOf(pair.a)));
  }

  private static int indexOf(List<String> events, String prefixRegex) {
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).matches(prefixRegex + ".*")) {
        return i;
      }
    }
    return -1;
  }

  /** Puts what {@code ip} shows into the agent's words. */
  private static List<String> interfacesOf(Namespace namespace) {
    List<String> interfaces = new ArrayList<>();
    Matcher links = LINK.matcher(namespace.ip("-o link show"));
    while (links.find()) {
      List<String> flags = List.of(links.group(3).split(","));
      String mac = links.group(5).replace(":", "");
      String name = links.group(2);
      interfaces.add(
          String.join(
              " ",
              links.group(1),
              name,
              mac.matches("0+") ? "null" : mac,
              flags.contains("UP") && flags.contains("LOWER_UP") ? "up" : "down",
              flags.contains("MULTICAST") ? "multicast" : "-",
              links.group(4),
              addressesOf(namespace, name, links.group(1))));
    }
    return interfaces;
  }

  private static String addressesOf(Namespace namespace, String name, String index) {
    String shown =
        namespace.ip("-o -4 addr show dev " + name)
            + namespace.ip("-o -6 addr show dev " + name + " scope link -tentative");
    return Pattern.compile("inet6? ([0-9a-f:.]+)")
        .matcher(shown)
        .results()
        .map(result -> expanded(result.group(1), index))
        .collect(Collectors.joining(","));
  }

  private static String expanded(String ip, String index) {
    try {
      String expanded = InetAddress.getByName(ip).getHostAddress();
      return expanded.contains(":") ? expanded + "%" + index : expanded;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stream over the kernel's own interfaces while those go, come, change and fall silent. What
 * counts is what the receiving application reads, and when. The figures are printed.
 */
@Tag("kernel")
@EnabledIf(value = "isRoot", disabledReason = "needs root to make network namespaces")
@Timeout(180)
class SeveralInterfacesOnRealKernelTest {
  private static final int EVERY_MS = 10;

  /** How long the stream goes on after a change, and how much of that is looked at for pauses. */
  private static final int AFTER_MS = 2_500;

  private static final int LOOKED_AT_MS = 2_200;

  @TempDir Path folder;

  private Networks net;
  private StreamUnderTest anna;
  private StreamUnderTest bert;

  static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private void build(int hosts, int networks, boolean ipv6) throws Exception {
    net = new Networks(hosts, networks, ipv6);
  }

  private void startBoth() throws IOException {
    anna = new StreamUnderTest(net.host(0), folder.resolve("anna"), "anna");
    bert = new StreamUnderTest(net.host(1), folder.resolve("bert"), "bert");
  }

  private void stream(String... confirmed) {
    anna.tell("stream bert " + EVERY_MS + " 100");
    await().atMost(Duration.ofSeconds(40)).until(() -> bert.received() > 1_000);
    anna.awaitConfirmed(confirmed);
    bert.awaitConfirmed(confirmed);
  }

  @AfterEach
  void tearDown() throws IOException {
    for (StreamUnderTest node : new StreamUnderTest[] {anna, bert}) {
      if (node != null) {
        node.close();
      }
    }
    if (net != null) {
      net.close();
    }
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  private void run(long ms) {
    long until = now() + ms;
    await().atMost(Duration.ofMillis(ms + 5_000)).until(() -> now() >= until);
  }

  /** Returns the name of the interface by which anna reaches bert. */
  private static String carrying(StreamUnderTest node) {
    List<StreamUnderTest.Told> changes = node.since(0, "PathChanged", "to=UNICAST");
    return changes.get(changes.size() - 1).rest().replaceAll(".*interfaceName=(\\w+).*", "$1");
  }

  private static int networkOf(String device) {
    return Integer.parseInt(device.substring(1));
  }

  private void assertPause(String what, long fromMs, long lengthMs, long atMostMs) {
    long pauseMs = bert.pauseMs(fromMs, fromMs + lengthMs);
    System.out.println("limpet.figure " + what + ": " + pauseMs + " ms");
    assertThat(pauseMs).as(what + ": longest pause in ms" + anna + bert).isLessThan(atMostMs);
  }

  private void assertNothingLost() {
    long sent = anna.stop();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(bert.received()).isEqualTo(sent));
    assertThat(anna.all("broken")).as(anna.toString()).isEmpty();
    assertThat(bert.ask("received")).endsWith(" 1"); // one connection
  }

  @Test
  void anInterfaceThatIsSetDownHandsOverAtOnce() throws Exception {
    build(2, 2, false);
    startBoth();
    stream("e0/UNICAST_IPV4", "e1/UNICAST_IPV4");
    String used = carrying(anna);
    long from = now();
    net.ip(0, "link", "set", used, "down");
    run(AFTER_MS);
    assertPause("interface set down", from, LOOKED_AT_MS, 300);
    assertThat(carrying(anna)).isNotEqualTo(used);
    assertNothingLost();
  }

  @Test
  void aPeersInterfaceThatIsSetDownHandsOverAtOnce() throws Exception {
    build(2, 2, false);
    startBoth();
    stream("e0/UNICAST_IPV4", "e1/UNICAST_IPV4");
    String used = carrying(anna);
    long from = now();
    net.ip(1, "link", "set", used, "down");
    run(AFTER_MS);
    assertPause("peer's interface set down", from, LOOKED_AT_MS, 300);
    assertThat(carrying(anna)).isNotEqualTo(used);
    assertNothingLost();
  }

  @Test
  void aSilentCutHandsOverAtOnceAndWhatIsMendedStandsBy() throws Exception {
    build(2, 2, false);
    startBoth();
    stream("e0/UNICAST_IPV4", "e1/UNICAST_IPV4");
    String used = carrying(anna);
    long from = now();
    net.cut(0, networkOf(used));
    run(AFTER_MS);
    assertPause("cable cut silently", from, LOOKED_AT_MS, 300);
    assertThat(carrying(anna)).isNotEqualTo(used);

    net.mend(0, networkOf(used));
    anna.awaitConfirmed("e0/UNICAST_IPV4", "e1/UNICAST_IPV4");
    long again = now();
    net.cut(1, networkOf(carrying(anna)));
    run(AFTER_MS);
    assertPause("the other cable cut silently", again, LOOKED_AT_MS, 300);
    assertThat(carrying(anna)).isEqualTo(used);
    assertNothingLost();
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void aSilentCutOfOneDirectionHandsOverAtOnce(int deaf) throws Exception {
    build(2, 2, false);
    startBoth();
    stream("e0/UNICAST_IPV4", "e1/UNICAST_IPV4");
    String used = carrying(anna);
    long from = now();
    net.deafen(deaf, networkOf(used));
    run(AFTER_MS);
    assertPause("cut of one direction, host " + deaf + " deaf", from, LOOKED_AT_MS, 300);
    assertNothingLost();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReplacedAddressIsFollowed(boolean withIpv6) throws Exception {
    build(2, 1, withIpv6);
    startBoth();
    stream("e0/UNICAST_IPV4");
    long from = now();
    net.ip(0, "addr", "del", "10.90.0.1/24", "dev", "e0");
    net.ip(0, "addr", "add", "10.90.0.77/24", "dev", "e0");
    run(AFTER_MS);
    assertPause("address replaced" + (withIpv6 ? ", IPv6 beside" : ""), from, LOOKED_AT_MS, 500);
    anna.awaitConfirmed("e0/UNICAST_IPV4");
    bert.awaitConfirmed("e0/UNICAST_IPV4");
    assertNothingLost();
  }

  @Test
  void anInterfaceThatReturnsAfterTenSecondsWithAnotherAddressGoesOn() throws Exception {
    build(2, 1, false);
    startBoth();
    stream("e0/UNICAST_IPV4");
    net.ip(0, "link", "set", "e0", "down");
    net.ip(0, "addr", "flush", "dev", "e0");
    run(10_000);
    net.ip(0, "addr", "add", "10.90.0.77/24", "dev", "e0");
    net.ip(0, "link", "set", "e0", "up");
    long up = now();
    run(AFTER_MS);
    assertPause("down 10 s, up with another address", up, LOOKED_AT_MS, 500);
    assertNothingLost();
  }

  @Test
  void aLinkLocalAddressGivesWayToARoutableOne() throws Exception {
    build(2, 1, false);
    for (int host = 0; host < 2; host++) {
      net.ip(host, "addr", "flush", "dev", "e0");
      net.ip(host, "addr", "add", "169.254.7." + (host + 1) + "/16", "dev", "e0");
    }
    startBoth();
    stream("e0/UNICAST_IPV4");
    long from = now();
    // As a DHCP client does: the lease first, then the end of the makeshift.
    for (int host = 0; host < 2; host++) {
      net.ip(host, "addr", "add", Networks.address(host, 0) + "/24", "dev", "e0");
    }
    run(1_000);
    for (int host = 0; host < 2; host++) {
      net.ip(host, "addr", "del", "169.254.7." + (host + 1) + "/16", "dev", "e0");
    }
    run(AFTER_MS);
    assertPause("169.254 replaced by a lease", from, 1_000 + LOOKED_AT_MS, 500);
    anna.awaitConfirmed("e0/UNICAST_IPV4");
    assertNothingLost();
  }

  @Test
  void anAddressThatGoesWithoutAnotherLeavesIpv6ToGoOn() throws Exception {
    build(2, 1, true);
    startBoth();
    stream("e0/UNICAST_IPV4", "e0/UNICAST_IPV6");
    long from = now();
    net.ip(0, "addr", "del", "10.90.0.1/24", "dev", "e0");
    run(AFTER_MS);
    assertPause("IPv4 address gone, IPv6 goes on", from, LOOKED_AT_MS, 500);
    assertThat(anna.ask("links")).contains("UNICAST_IPV6=confirmed").doesNotContain("IPV4");
    assertNothingLost();
  }

  @Test
  void ipv6AloneSuffices() throws Exception {
    build(2, 2, true);
    for (int host = 0; host < 2; host++) {
      net.ip(host, "addr", "flush", "dev", "e0", "scope", "global");
      net.ip(host, "addr", "flush", "dev", "e1", "scope", "global");
    }
    startBoth();
    stream("e0/UNICAST_IPV6", "e1/UNICAST_IPV6");
    String used = carrying(anna);
    long from = now();
    net.cut(0, networkOf(used));
    run(AFTER_MS);
    assertPause("IPv6 only, cable cut silently", from, LOOKED_AT_MS, 300);
    assertNothingLost();
  }

  @Test
  void anInterfaceMayAppearLaterAndBePulledAgain() throws Exception {
    build(2, 1, false);
    startBoth();
    stream("e0/UNICAST_IPV4");
    // The other network comes into being, as two people plug in their dongles.
    net.addNetwork(1);
    anna.awaitConfirmed("e1/UNICAST_IPV4");
    bert.awaitConfirmed("e1/UNICAST_IPV4");
    long from = now();
    net.unplug(0, networkOf(carrying(anna)));
    run(AFTER_MS);
    assertPause("interface in use pulled", from, LOOKED_AT_MS, 300);
    assertNothingLost();
  }

  @Test
  void aRenamedInterfaceWithANewMacGoesOn() throws Exception {
    build(2, 1, false);
    startBoth();
    stream("e0/UNICAST_IPV4");
    net.ip(0, "link", "set", "e0", "down");
    net.ip(0, "link", "set", "e0", "name", "mesh0");
    net.ip(0, "link", "set", "mesh0", "address", "02:00:00:00:0a:77");
    net.ip(0, "link", "set", "mesh0", "up");
    long up = now();
    run(AFTER_MS);
    assertPause("renamed, with a new MAC", up, LOOKED_AT_MS, 500);
    anna.awaitConfirmed("mesh0/UNICAST_IPV4");
    assertNothingLost();
  }

  @Test
  void aProcessThatWasStoppedBlamesNobodyAndIsBackAtOnce() throws Exception {
    build(2, 1, false);
    startBoth();
    stream("e0/UNICAST_IPV4");
    Cable.run("kill", "-STOP", Long.toString(bert.pid()));
    run(15_000);
    long resumed = now();
    Cable.run("kill", "-CONT", Long.toString(bert.pid()));
    run(AFTER_MS);
    assertPause("stopped for 15 s, after it runs again", resumed, LOOKED_AT_MS, 500);
    assertThat(bert.since(resumed, "Resumed", "suspendedFor=PT1")).as(bert.toString()).hasSize(1);
    assertThat(bert.since(resumed, "PeerSilent", "")).as(bert.toString()).isEmpty();
    assertThat(bert.since(resumed, "PeerMissed", "")).as(bert.toString()).isEmpty();
    assertNothingLost();
  }

  @Test
  void twoNodesOnOneHostTalkToEachOtherAndToAThird() throws Exception {
    build(2, 1, true);
    anna = new StreamUnderTest(net.host(0), folder.resolve("anna"), "anna");
    bert = new StreamUnderTest(net.host(0), folder.resolve("bert"), "bert");
    try (StreamUnderTest carl = new StreamUnderTest(net.host(1), folder.resolve("carl"), "carl")) {
      stream("e0/UNICAST_IPV4", "e0/UNICAST_IPV6");
      carl.tell("stream bert 10 100");
      carl.awaitSince(0, "PathChanged", "to=UNICAST");
      bert.awaitSince(0, "PeerHeard", "carl");
      await().atMost(Duration.ofSeconds(20)).until(() -> bert.ask("received").endsWith(" 2"));
      long before = bert.received();
      await().atMost(Duration.ofSeconds(20)).until(() -> bert.received() > before + 10_000);
      for (StreamUnderTest node : List.of(anna, bert, carl)) {
        String links = node.ask("links");
        assertThat(links).as(node.toString()).doesNotContain("MULTICAST ").contains("UNICAST ");
      }
      long sent = anna.stop() + carl.stop();
      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(bert.received()).isEqualTo(sent));
    }
  }

  @Test
  void anInterfaceThatHasNothingToDoWithTheMeshDoesNoHarm() throws Exception {
    build(3, 2, false);
    // Host 0 is on both networks; nobody of the mesh is on the second.
    net.unplug(1, 1);
    startBoth();
    stream("e0/UNICAST_IPV4");
    long from = now();
    net.ip(0, "link", "set", "e1", "down");
    run(2_000);
    net.ip(0, "link", "set", "e1", "up");
    run(3_000);
    assertPause("an unrelated interface goes and comes", from, 4_500, 200);
    assertThat(carrying(anna)).isEqualTo("e0");
    assertNothingLost();
  }

  @Test
  void aPeerThatRestartsIsConnectedToAnewAtItsFirstHello() throws Exception {
    build(2, 1, false);
    startBoth();
    stream("e0/UNICAST_IPV4");
    bert.kill();
    run(2_000);
    long from = now();
    bert = new StreamUnderTest(net.host(1), folder.resolve("bert"), "bert");
    StreamUnderTest.Told heard = anna.awaitSince(from, "PeerRestarted", "");
    StreamUnderTest.Told closed = anna.awaitSince(from, "connection", "CLOSED");
    StreamUnderTest.Told opened = anna.awaitSince(from, "connection", "OPENED");
    System.out.println(
        "limpet.figure restart: old connection ended after "
            + (closed.atMs() - heard.atMs())
            + " ms, new one open after "
            + (opened.atMs() - heard.atMs())
            + " ms");
    assertThat(closed.atMs() - heard.atMs()).isLessThan(200);
    assertThat(opened.atMs() - heard.atMs()).isLessThan(1_000);
    await().atMost(Duration.ofSeconds(10)).until(() -> bert.received() > 1_000);
  }
}

package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A stream while the addresses of its one interface change, and while its peer stops or restarts.
 */
class ChangesOnRealKernelTest extends StreamOverKernels {
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
  void aPeerThatRestartsIsConnectedToAnewAtItsFirstHello() throws Exception {
    build(2, 1, false);
    startBoth();
    stream("e0/UNICAST_IPV4");
    bert.kill();
    run(2_000);
    long from = now();
    bert = new StreamUnderTest(net.host(1), folder.resolve("bert"), "bert");
    StreamUnderTest.awaitReady(bert);
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

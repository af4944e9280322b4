package io.limpet.rig.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream over several interfaces while those go, come and fall silent. */
class SeveralInterfacesOnRealKernelTest extends StreamOverKernels {
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
  void twoNodesOnOneHostTalkToEachOtherAndToAThird() throws Exception {
    build(2, 1, true);
    anna = new StreamUnderTest(net.host(0), folder.resolve("anna"), "anna");
    bert = new StreamUnderTest(net.host(0), folder.resolve("bert"), "bert");
    try (StreamUnderTest carl = new StreamUnderTest(net.host(1), folder.resolve("carl"), "carl")) {
      StreamUnderTest.awaitReady(anna, bert, carl);
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
}

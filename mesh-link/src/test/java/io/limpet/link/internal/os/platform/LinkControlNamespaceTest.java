package io.limpet.link.internal.os.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Repairs against the real kernel: A holds a REACHABLE entry with a MAC that B no longer has, and
 * somebody does something about it.
 */
@Tag("kernel")
class LinkControlNamespaceTest {
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofSeconds(8);
  private static final Duration LOCKTIME = Duration.ofMillis(1100);

  private static final Pattern ASKED =
      Pattern.compile("true asked for unused (10\\.77\\.0\\.\\d+) to show our mapping");

  private static Pair pair;
  private static Agent atA;
  private static Agent atB;
  private static Agent nobodyAtB;

  @BeforeAll
  static void startsAgents() {
    assumeTrue(Namespace.permitted(), "network namespaces need root");
    pair = new Pair("ctl");
    atA = Agent.asRoot(pair.a);
    atB = Agent.asRoot(pair.b);
    nobodyAtB = Agent.asNobody(pair.b);
    await()
        .atMost(SOON)
        .until(() -> !Pair.linkLocal(pair.a).isEmpty() && !Pair.linkLocal(pair.b).isEmpty());
  }

  @AfterAll
  static void removesTheNamespaces() {
    for (Agent agent : new Agent[] {atA, atB, nobodyAtB}) {
      if (agent != null) {
        agent.close();
      }
    }
    if (pair != null) {
      pair.close();
    }
  }

  @BeforeEach
  void forgetsNeighbours() {
    pair.a.ip("neigh flush all");
    pair.b.ip("neigh flush all");
  }

  @AfterEach
  void noEntryIsPermanent() {
    assertThat(pair.a.ip("neigh show nud permanent")).isEmpty();
    assertThat(pair.b.ip("neigh show nud permanent")).isEmpty();
  }

  @Test
  void replacingTheEntryAtARepairsIt() {
    String mac = leavesAWithAWrongEntry();

    assertThat(atA.ask("replace veth0 10.77.0.2 " + mac)).startsWith("true");
    assertThat(entryAtA()).contains(mac).contains("REACHABLE");
  }

  @Test
  void aMacThatIsNotOneMachinesIsNeverWritten() {
    assertThat(atA.ask("replace veth0 10.77.0.2 ff:ff:ff:ff:ff:ff")).startsWith("false");
    assertThat(atA.ask("replace veth0 10.77.0.2 01:00:5e:00:00:01")).startsWith("false");
    assertThat(atA.ask("replace veth0 10.77.0.2 00:00:00:00:00:00")).startsWith("false");
    assertThat(atA.ask("replace veth0 224.0.0.1 02:00:00:00:00:01")).startsWith("false");
    assertThat(entryAtA()).isEmpty();
  }

  @Test
  void flushingTheEntryAtALetsTheNextDatagramResolveIt() {
    String mac = leavesAWithAWrongEntry();

    assertThat(atA.ask("flush veth0 10.77.0.2")).startsWith("true");
    assertThat(atA.ask("nudge veth0 10.77.0.2")).startsWith("true");
    awaitEntryAtA(mac, AT_ONCE);
  }

  @Test
  void flushingAnEntryThatIsNotThereIsReportedAsNotDone() {
    assertThat(atA.ask("flush veth0 10.77.0.77")).matches("false .*No such file or directory");
  }

  @Test
  void probingAtAExposesTheWrongEntryWithinThreeProbes() {
    String mac = leavesAWithAWrongEntry();

    assertThat(atA.ask("probe veth0 10.77.0.2")).startsWith("true made the kernel probe");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              atA.ask("nudge veth0 10.77.0.2");
              assertThat(entryAtA()).contains(mac);
            });
  }

  @Test
  void probingAnUnknownNeighbourResolvesIt() {
    assertThat(atA.ask("probe veth0 10.77.0.2")).startsWith("true made the kernel resolve");
    awaitEntryAtA(Pair.mac(pair.b), AT_ONCE);
  }

  @Test
  void anArpRequestFromARepairsAOnceTheLocktimeIsOver() {
    String mac = leavesAWithAWrongEntry();
    staysWrongAtA(mac, LOCKTIME);

    assertThat(atA.ask("request veth0 10.77.0.1 10.77.0.2")).startsWith("true");
    awaitEntryAtA(mac, AT_ONCE);
  }

  @Test
  void anAnnouncementFromBRepairsAEvenWithinTheLocktime() {
    String mac = leavesAWithAWrongEntry();

    assertThat(atB.ask("announce veth0 10.77.0.2")).startsWith("true");
    awaitEntryAtA(mac, AT_ONCE);
  }

  @Test
  void anOrdinaryUserAtBRepairsAByProvokingARequest() {
    String mac = leavesAWithAWrongEntry();
    knowsAAtB();
    staysWrongAtA(mac, LOCKTIME);

    assertThat(nobodyAtB.ask("provoke veth0 10.77.0.2")).startsWith("true");
    awaitEntryAtA(mac, AT_ONCE);
  }

  @Test
  void aRequestWithinTheLocktimeIsIgnoredAndARepetitionIsNot() {
    String mac = leavesAWithAWrongEntry();
    knowsAAtB();

    String ignored = null;
    for (int attempt = 0; attempt < 10 && ignored == null; attempt++) {
      long changedNs = System.nanoTime();
      pair.a.ip("neigh replace 10.77.0.2 lladdr 02:00:00:00:00:01 dev veth0 nud reachable");
      assertThat(nobodyAtB.ask("provoke veth0 10.77.0.2")).startsWith("true");
      String entry = entryAtA();
      // A machine too busy to do all this within the locktime proves nothing either way.
      if (System.nanoTime() - changedNs < Duration.ofMillis(900).toNanos()) {
        ignored = entry;
      }
    }
    assertThat(ignored).contains("02:00:00:00:00:01");
    await()
        .atMost(SOON)
        .pollInterval(LOCKTIME)
        .untilAsserted(
            () -> {
              nobodyAtB.ask("provoke veth0 10.77.0.2");
              assertThat(entryAtA()).contains(mac);
            });
  }

  @Test
  void aNudgeFromBDoesNotRepairAWhenBAlreadyKnowsA() {
    String mac = leavesAWithAWrongEntry();
    knowsAAtB();

    assertThat(nobodyAtB.ask("nudge veth0 10.77.0.1")).startsWith("true");
    staysWrongAtA(mac, LOCKTIME);
  }

  @Test
  void provocationsAskForDifferentAddresses() {
    Set<String> asked = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      String answer = nobodyAtB.ask("provoke veth0 10.77.0.2");
      Matcher matcher = ASKED.matcher(answer);
      assertThat(matcher.matches()).as(answer).isTrue();
      asked.add(matcher.group(1));
    }
    assertThat(asked).hasSize(20);
    // The kernel made an entry for each, which is to say that it asked.
    assertThat(pair.b.ip("-4 neigh show dev veth0 nud all").lines())
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsAll(asked);
  }

  @Test
  void anIpv6AnnouncementFromBRepairsA() {
    String mac = leavesAWithAWrongIpv6Entry();

    assertThat(atB.ask("announce veth0 " + Pair.linkLocal(pair.b))).startsWith("true");
    awaitIpv6EntryAtA(mac);
  }

  @Test
  void anIpv6SolicitationForAnotherAddressTeachesAnIpv6PeerNothing() {
    String mac = leavesAWithAWrongIpv6Entry();
    String own = Pair.linkLocal(pair.b);

    assertThat(nobodyAtB.ask("provoke veth0 " + own)).startsWith("false");
    assertThat(atB.ask("request veth0 " + own + " fe80::dead%veth0")).startsWith("true");
    await()
        .during(Duration.ofMillis(500))
        .atMost(SOON)
        .untilAsserted(() -> assertThat(ipv6EntryAtA()).doesNotContain(mac));

    assertThat(atB.ask("request veth0 " + own + " " + Pair.linkLocal(pair.a))).startsWith("true");
    awaitIpv6EntryAtA(mac);
  }

  @Test
  void anOrdinaryUserAtBRepairsAnIpv6PeerByNudgingItWhileItIsUnknown() {
    String mac = leavesAWithAWrongIpv6Entry();
    // What a hello says of its sender's addresses has no scope that means anything here.
    String unscoped = Pair.linkLocal(pair.a).replace("%veth0", "");

    assertThat(nobodyAtB.ask("nudge veth0 " + unscoped)).startsWith("true");
    awaitIpv6EntryAtA(mac);
  }

  @Test
  void anIpv6EntryIsReplacedAndFlushed() {
    String mac = leavesAWithAWrongIpv6Entry();
    String peer = Pair.linkLocal(pair.b);

    assertThat(atA.ask("replace veth0 " + peer + " " + mac)).startsWith("true");
    assertThat(ipv6EntryAtA()).contains(mac);
    assertThat(atA.ask("flush veth0 " + peer)).startsWith("true");
    assertThat(ipv6EntryAtA()).doesNotContain(mac);
  }

  @Test
  void anOrdinaryUserIsToldWhatIsMissing() {
    assertThat(nobodyAtB.ask("capabilities")).isEqualTo("[]");
    assertThat(nobodyAtB.ask("replace veth0 10.77.0.1 02:00:00:00:00:01"))
        .isEqualTo("false writing neighbour entries needs CAP_NET_ADMIN");
    assertThat(nobodyAtB.ask("flush veth0 10.77.0.1")).startsWith("false");
    assertThat(nobodyAtB.ask("probe veth0 10.77.0.1")).startsWith("false");
    assertThat(nobodyAtB.ask("request veth0 10.77.0.2 10.77.0.1"))
        .isEqualTo("false sending link-layer frames needs CAP_NET_RAW");
    assertThat(nobodyAtB.ask("announce veth0 10.77.0.2")).startsWith("false");
    assertThat(pair.b.ip("neigh show dev veth0 10.77.0.1")).isEmpty();
  }

  @Test
  void capabilitiesThatDoNotHoldForTheNetworkAreNotBelieved() {
    try (Agent rootOfNothing = Agent.inUserNamespace(pair.b)) {
      assertThat(rootOfNothing.ask("capabilities")).isEqualTo("[]");
      assertThat(rootOfNothing.ask("replace veth0 10.77.0.1 02:00:00:00:00:01"))
          .startsWith("false");
      assertThat(rootOfNothing.ask("provoke veth0 10.77.0.2")).startsWith("true");
    }
  }

  /** Lets A learn B, then changes B's MAC behind A's back; returns the MAC that is right now. */
  private static String leavesAWithAWrongEntry() {
    atA.ask("nudge veth0 10.77.0.2");
    awaitEntryAtA(Pair.mac(pair.b), SOON);
    String mac = pair.changeMacOfB();
    awaitMacSeenAtB(mac);
    pair.a.ip("neigh change 10.77.0.2 dev veth0 nud reachable");
    staysWrongAtA(mac, Duration.ofMillis(200));
    return mac;
  }

  private static String leavesAWithAWrongIpv6Entry() {
    String mac = pair.changeMacOfB();
    awaitMacSeenAtB(mac);
    pair.a.ip(
        "neigh replace "
            + Pair.linkLocal(pair.b).replace("%veth0", "")
            + " lladdr 02:00:00:00:00:01 dev veth0 nud reachable");
    return mac;
  }

  /** B's agents put the MAC that their monitor told into what they send. */
  private static void awaitMacSeenAtB(String mac) {
    String packed = mac.replace(":", "");
    await()
        .atMost(SOON)
        .until(
            () ->
                atB.ask("interfaces").contains(packed)
                    && nobodyAtB.ask("interfaces").contains(packed));
  }

  /** B has a good entry for A, so that what B sends to A provokes no request. */
  private static void knowsAAtB() {
    pair.b.ip("neigh replace 10.77.0.1 lladdr " + Pair.mac(pair.a) + " dev veth0 nud reachable");
  }

  private static void awaitEntryAtA(String mac, Duration atMost) {
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(entryAtA()).contains(mac));
  }

  private static void awaitIpv6EntryAtA(String mac) {
    await()
        .atMost(AT_ONCE)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(ipv6EntryAtA()).contains(mac));
  }

  private static void staysWrongAtA(String right, Duration during) {
    await()
        .during(during)
        .atMost(during.plus(SOON))
        .untilAsserted(() -> assertThat(entryAtA()).contains("REACHABLE").doesNotContain(right));
  }

  private static String entryAtA() {
    return pair.a.ip("-4 neigh show dev veth0 10.77.0.2");
  }

  private static String ipv6EntryAtA() {
    return pair.a.ip("-6 neigh show dev veth0 " + Pair.linkLocal(pair.b).replace("%veth0", ""));
  }
}

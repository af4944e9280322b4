package io.limpet.link.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkReport;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every verdict, both directions, over a medium that is broken in one way at a time. */
class VerdictTest {
  private final long seed = Long.getLong("limpet.seed", 20261126L);
  private final SimNetwork network = new SimNetwork(seed);
  private SimNode anna = network.add("anna", true);
  private SimNode bert = network.add("bert", true);

  @BeforeEach
  void settle() {
    System.out.println("limpet.seed=" + seed);
    network.runFor(8_000);
  }

  // ---- one direction of unicast ----

  @Test
  void aHoleFromHereIsABlackHoleThereAndAsymmetricWhereItIsSeenFromTheOtherSide() {
    network.every(50, 20_000, () -> anna.send(bert, 0));
    anna.unicastHole.add(bert);
    network.runFor(3_000);

    assertThat(diagnosis(anna, bert)).isEqualTo(Diagnosis.UNICAST_BLACKHOLE);
    assertThat(verdict(anna, bert, Carrier.UNICAST_IPV4, true))
        .isEqualTo(Diagnosis.UNICAST_BLACKHOLE);
    assertThat(verdict(anna, bert, Carrier.UNICAST_IPV4, false)).isEqualTo(Diagnosis.NONE);
    assertThat(link(anna, bert, Carrier.UNICAST_IPV4, false).state()).isEqualTo("confirmed");
    assertThat(link(anna, bert, Carrier.UNICAST_IPV4, true).state()).isEqualTo("dead");

    assertThat(diagnosis(bert, anna)).isEqualTo(Diagnosis.ASYMMETRIC);
    assertThat(verdict(bert, anna, Carrier.UNICAST_IPV4, false)).isEqualTo(Diagnosis.ASYMMETRIC);
    assertThat(verdict(bert, anna, Carrier.UNICAST_IPV4, true)).isEqualTo(Diagnosis.NONE);
    assertThat(bert.pathTo(anna)).isEqualTo(PathState.UNICAST);

    anna.unicastHole.clear();
    network.runFor(3_000);
    assertThat(diagnosis(anna, bert)).isEqualTo(Diagnosis.NONE);
    assertThat(diagnosis(bert, anna)).isEqualTo(Diagnosis.NONE);
    assertThat(verdictsOf(bert, Carrier.UNICAST_IPV4, false))
        .containsExactly(Diagnosis.ASYMMETRIC, Diagnosis.NONE);
  }

  @Test
  void whoOnlyListensFindsOutThatThePeerDoesNotReachItAndTellsItSo() {
    network.every(50, 20_000, () -> anna.send(bert, 0));
    network.runFor(1_000);
    bert.unicastHole.add(anna); // what bert says by unicast is lost, and bert has nothing to say
    network.runFor(4_000);

    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(diagnosis(anna, bert)).isEqualTo(Diagnosis.ASYMMETRIC);
    assertThat(diagnosis(bert, anna)).isEqualTo(Diagnosis.UNICAST_BLACKHOLE);
    assertThat(anna.events(LinkEvent.RepairStep.class))
        .filteredOn(step -> step.diagnosis() == Diagnosis.ASYMMETRIC)
        .extracting(LinkEvent.RepairStep::step)
        .contains("announce", "tell-peer");
    assertThat(anna.events(LinkEvent.RepairStarted.class))
        .extracting(LinkEvent.RepairStarted::diagnosis)
        .doesNotContain(Diagnosis.UNICAST_BLACKHOLE);

    bert.unicastHole.clear();
    network.runFor(3_000);
    assertThat(anna.events(LinkEvent.RepairSucceeded.class))
        .extracting(LinkEvent.RepairSucceeded::diagnosis)
        .containsExactly(Diagnosis.ASYMMETRIC);
    assertThat(diagnosis(anna, bert)).isEqualTo(Diagnosis.NONE);
    assertThat(bert.pathTo(anna)).isEqualTo(PathState.UNICAST);
  }

  @Test
  void aHoleBothWaysIsABlackHoleOnEveryLinkOfUnicast() {
    network.every(50, 20_000, () -> anna.send(bert, 0));
    network.every(70, 20_000, () -> bert.send(anna, 0));
    anna.unicastHole.add(bert);
    bert.unicastHole.add(anna);
    network.runFor(4_000);

    for (SimNode node : List.of(anna, bert)) {
      SimNode other = node == anna ? bert : anna;
      assertThat(diagnosis(node, other)).isEqualTo(Diagnosis.UNICAST_BLACKHOLE);
      for (boolean outbound : new boolean[] {true, false}) {
        assertThat(verdict(node, other, Carrier.UNICAST_IPV4, outbound))
            .isEqualTo(Diagnosis.UNICAST_BLACKHOLE);
        assertThat(verdict(node, other, Carrier.MULTICAST_IPV4, outbound))
            .isEqualTo(Diagnosis.NONE);
      }
    }
  }

  @Test
  void aStalledPeerIsNotABlackHole() {
    network.every(50, 60_000, () -> anna.send(bert, 0));
    for (int stall = 0; stall < 20; stall++) {
      network.runFor(2_000);
      long until = network.now() + 400 * SimNetwork.MS;
      bert.stallUntil(until);
    }
    network.runFor(2_000);
    assertThat(anna.events(LinkEvent.RepairStarted.class)).isEmpty();
    assertThat(anna.events(LinkEvent.PeerDiagnosed.class)).isEmpty();
  }

  @Test
  void pleasAreFewOnBothSides() {
    network.every(50, 30_000, () -> anna.send(bert, 0));
    anna.unicastHole.add(bert);
    network.runFor(30_000);
    long asked =
        anna.events(LinkEvent.RepairStep.class).stream()
            .filter(step -> step.step().equals("ask-peer") && step.outcome().equals("done"))
            .count();
    assertThat(asked).isBetween(1L, 30_000L / 2_500);
    assertThat(bert.announcements).isLessThanOrEqualTo(2 * (30_000 / 2_500) + 2);
  }

  // ---- multicast ----

  @Test
  void whereThePeersMulticastDoesNotArriveItComesByUnicast() {
    bert.multicastHole.add(anna);
    network.runFor(60_000);

    assertThat(verdict(anna, bert, Carrier.MULTICAST_IPV4, false))
        .isEqualTo(Diagnosis.MULTICAST_DEAD);
    assertThat(verdict(anna, bert, Carrier.MULTICAST_IPV4, true)).isEqualTo(Diagnosis.NONE);
    assertThat(verdict(bert, anna, Carrier.MULTICAST_IPV4, true))
        .isEqualTo(Diagnosis.MULTICAST_DEAD);
    assertThat(verdict(bert, anna, Carrier.MULTICAST_IPV4, false)).isEqualTo(Diagnosis.NONE);
    assertThat(diagnosis(anna, bert)).isEqualTo(Diagnosis.MULTICAST_DEAD);

    bert.engine().setAnnouncement(network.now(), Bytes.of(new byte[] {7}));
    network.runFor(3_000);
    assertThat(report(anna, bert).info().announcement()).isEqualTo(Bytes.of(new byte[] {7}));

    bert.multicastHole.clear();
    network.runFor(30_000);
    assertThat(diagnosis(anna, bert)).isEqualTo(Diagnosis.NONE);
    assertThat(diagnosis(bert, anna)).isEqualTo(Diagnosis.NONE);
    assertThat(verdictsOf(bert, Carrier.MULTICAST_IPV4, true))
        .containsExactly(Diagnosis.MULTICAST_DEAD, Diagnosis.NONE);
  }

  @Test
  void multicastThatIsDeadBothWaysKeepsNobodyApart() {
    deadMulticast(true);
    network.every(500, 600_000, () -> anna.send(bert, 0));
    network.runFor(600_000);

    for (SimNode node : List.of(anna, bert)) {
      SimNode other = node == anna ? bert : anna;
      assertThat(diagnosis(node, other)).isEqualTo(Diagnosis.MULTICAST_DEAD);
      assertThat(node.events(LinkEvent.PeerMissed.class)).isEmpty();
      assertThat(node.events(LinkEvent.PeerSilent.class)).isEmpty();
      assertThat(node.pathTo(other)).isEqualTo(PathState.UNICAST);
    }
    assertThat(bert.got).hasSizeGreaterThan(1_150);
  }

  @Test
  void whoRestartsWhereMulticastIsDeadIsFoundByWhoRemembersIt() {
    deadMulticast(true);
    network.runFor(60_000);
    bert.restart();
    network.runFor(30_000);

    assertThat(anna.events(LinkEvent.PeerRestarted.class)).hasSize(1);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(bert.pathTo(anna)).isEqualTo(PathState.UNICAST);
    anna.send(bert, 42);
    network.runFor(100);
    assertThat(bert.got).extracting(SimNode.Got::number).contains(42);
  }

  @Test
  void aPeerOfAnEarlierLifeIsFoundAgainAlthoughMulticastDiedMeanwhile() {
    bert.stop();
    network.runFor(60_000);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.SILENT);
    deadMulticast(true);
    bert.restart();
    network.runFor(90_000);
    assertThat(anna.pathTo(bert)).isEqualTo(PathState.UNICAST);
    assertThat(bert.pathTo(anna)).isEqualTo(PathState.UNICAST);
  }

  private void deadMulticast(boolean dead) {
    if (dead) {
      anna.multicastHole.add(bert);
      bert.multicastHole.add(anna);
    } else {
      anna.multicastHole.clear();
      bert.multicastHole.clear();
    }
  }

  // ---- ourselves ----

  @Test
  void whoIsDeafBlamesItselfAndTakesItsPartInTheGroupAnew() {
    SimNode carl = network.add("carl", true);
    network.runFor(8_000);
    anna.deaf = true;
    network.runFor(40_000);

    assertThat(anna.events(LinkEvent.InterfaceDiagnosed.class))
        .singleElement()
        .satisfies(
            told -> {
              assertThat(told.to()).isEqualTo(Diagnosis.SELF_DEAF);
              assertThat(told.carrier()).isEqualTo(Carrier.MULTICAST_IPV4);
            });
    assertThat(anna.rejoined).isBetween(1, 6);
    for (SimNode other : List.of(bert, carl)) {
      assertThat(diagnosis(anna, other)).isIn(Diagnosis.SELF_DEAF, Diagnosis.NONE);
      assertThat(verdictsOf(anna, Carrier.MULTICAST_IPV4, false))
          .doesNotContain(Diagnosis.MULTICAST_DEAD);
    }
    assertThat(diagnosis(anna, bert)).isEqualTo(Diagnosis.SELF_DEAF);

    anna.rejoiningHelps = true;
    network.runFor(70_000);
    assertThat(anna.events(LinkEvent.InterfaceDiagnosed.class))
        .last()
        .satisfies(told -> assertThat(told.to()).isEqualTo(Diagnosis.NONE));
    network.runFor(10_000);
    assertThat(diagnosis(anna, bert)).isEqualTo(Diagnosis.NONE);
    assertThat(anna.events(LinkEvent.InterfaceDiagnosed.class)).hasSize(2);
  }

  @Test
  void aMomentOfDeafnessIsNoVerdict() {
    for (int i = 0; i < 30; i++) {
      anna.deaf = true;
      network.runFor(200);
      anna.deaf = false;
      network.runFor(5_000);
    }
    assertThat(anna.events(LinkEvent.InterfaceDiagnosed.class)).isEmpty();
    assertThat(anna.rejoined).isZero();
  }

  @Test
  void anAddressThatVanishesUnderThePathInUseIsTheReasonUntilAPathIsProvenAgain() {
    network.every(50, 20_000, () -> anna.send(bert, 0));
    network.runFor(1_000);
    anna.plugIn(SimNode.INTERFACE, 77);
    network.runFor(5_000);
    assertThat(anna.events(LinkEvent.PeerDiagnosed.class))
        .extracting(LinkEvent.PeerDiagnosed::to)
        .startsWith(Diagnosis.ADDRESS_GONE)
        .endsWith(Diagnosis.NONE);
    assertThat(anna.events(LinkEvent.PeerDiagnosed.class).get(0).evidence())
        .containsEntry("address", "10.0.0.1")
        .containsEntry("carrier", "UNICAST_IPV4");
    assertThat(verdictsOf(anna, Carrier.UNICAST_IPV4, true))
        .startsWith(Diagnosis.ADDRESS_GONE)
        .endsWith(Diagnosis.NONE);
  }

  @Test
  void anInterfaceThatVanishesIsTheReasonToo() {
    network.every(50, 20_000, () -> anna.send(bert, 0));
    network.runFor(1_000);
    anna.unplug(SimNode.INTERFACE);
    network.runFor(1_000);
    assertThat(diagnosis(anna, bert)).isEqualTo(Diagnosis.ADDRESS_GONE);
    anna.plugIn(SimNode.INTERFACE, 1);
    network.runFor(3_000);
    assertThat(diagnosis(anna, bert)).isEqualTo(Diagnosis.NONE);
  }

  @Test
  void aRestartIsTheReasonUntilThePathIsProvenAgain() {
    bert.restart();
    network.runFor(3_000);
    assertThat(anna.events(LinkEvent.PeerDiagnosed.class))
        .extracting(LinkEvent.PeerDiagnosed::to)
        .containsExactly(Diagnosis.PEER_RESTARTED, Diagnosis.NONE);
    assertThat(anna.events(LinkEvent.PeerDiagnosed.class).get(0).evidence())
        .containsEntry("previousEpoch", "1")
        .containsEntry("epoch", "2");
  }

  @Test
  void aPeerThatIsGoneIsToldOnceAndNotForEachLink() {
    bert.stop();
    network.remove(bert);
    network.runFor(60_000);
    assertThat(anna.events(LinkEvent.PeerDiagnosed.class))
        .extracting(LinkEvent.PeerDiagnosed::to)
        .containsExactly(Diagnosis.PEER_GONE);
    assertThat(anna.events(LinkEvent.LinkDiagnosed.class)).isEmpty();
    assertThat(report(anna, bert).links())
        .allSatisfy(link -> assertThat(link.verdict()).isEqualTo(Diagnosis.PEER_GONE));
  }

  // ---- trust ----

  @Test
  void trustExpiresWhileAPathIsInUseAlthoughNothingComplains() {
    network.every(500, 60_000, () -> anna.send(bert, 0));
    network.runFor(5_000);
    anna.refusesUnicast = true; // the socket takes nothing: no datagram is ever unconfirmed
    long began = network.nowMs();
    network.runFor(5_500);
    assertThat(
            anna.told.stream()
                    .filter(told -> told.atMs() >= began)
                    .filter(
                        told ->
                            told.event() instanceof LinkEvent.PathChanged changed
                                && changed.to() == PathState.SUSPECT)
                    .mapToLong(SimNode.Told::atMs)
                    .findFirst()
                    .orElseThrow()
                - began)
        .isLessThan(5_000);
  }

  @Test
  void aHealthyPathThatIsSeldomUsedIsProvenBeforeItsTrustExpires() {
    network.every(4_900, 600_000, () -> anna.send(bert, 0));
    network.runFor(600_000);
    assertThat(anna.events(LinkEvent.PathChanged.class))
        .extracting(LinkEvent.PathChanged::to)
        .containsOnly(PathState.UNICAST);
    assertThat(anna.events(LinkEvent.PeerDiagnosed.class)).isEmpty();
  }

  @Test
  void theFirstMessageAfterARestOverAPathThatDiedMeanwhileArrivesAllTheSame() {
    network.runFor(16_000); // not just after the check of an unused path, each ten seconds
    anna.unicastHole.add(bert);
    anna.send(bert, 5);
    network.runFor(500);
    assertThat(bert.got).extracting(SimNode.Got::number).containsExactly(5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.3})
  void hoursOfLossMakeNoVerdict(double loss) {
    network.setLoss(loss);
    network.every(30_000, 3 * 3_600_000L, () -> anna.send(bert, 0));
    network.runFor(3 * 3_600_000L);

    for (SimNode node : List.of(anna, bert)) {
      assertThat(node.events(LinkEvent.PeerSilent.class)).isEmpty();
      assertThat(node.events(LinkEvent.PeerDiagnosed.class))
          .extracting(LinkEvent.PeerDiagnosed::to)
          .doesNotContain(Diagnosis.PEER_GONE, Diagnosis.SELF_DEAF);
      assertThat(node.events(LinkEvent.PeerDiagnosed.class))
          .as("verdicts in three hours")
          .hasSizeLessThanOrEqualTo(loss < 0.3 ? 0 : 4);
      assertThat(
              node.events(LinkEvent.PathChanged.class).stream()
                  .filter(changed -> changed.to() == PathState.SUSPECT)
                  .count())
          .as("suspicions in three hours")
          .isLessThanOrEqualTo(loss < 0.3 ? 3 : 30);
    }
  }

  @Test
  void idlePeersCostFewDatagrams() {
    network.runFor(120_000);
    long before = network.datagrams;
    network.runFor(600_000);
    double perMinute = (network.datagrams - before) / 10.0;
    System.out.println("datagrams a minute, two idle nodes together: " + perMinute);
    assertThat(perMinute).isLessThan(80);
    assertThat(anna.events(LinkEvent.PathChanged.class))
        .extracting(LinkEvent.PathChanged::to)
        .doesNotContain(PathState.SUSPECT);
  }

  // ---- what is asked here ----

  private PeerReport report(SimNode node, SimNode of) {
    return node.report(of).orElseThrow();
  }

  private Diagnosis diagnosis(SimNode node, SimNode of) {
    return report(node, of).diagnosis();
  }

  private LinkReport link(SimNode node, SimNode of, Carrier carrier, boolean outbound) {
    return report(node, of).links().stream()
        .filter(link -> link.carrier() == carrier && link.outbound() == outbound)
        .findFirst()
        .orElseThrow();
  }

  private Diagnosis verdict(SimNode node, SimNode of, Carrier carrier, boolean outbound) {
    return link(node, of, carrier, outbound).verdict();
  }

  private static List<Diagnosis> verdictsOf(SimNode node, Carrier carrier, boolean outbound) {
    return node.events(LinkEvent.LinkDiagnosed.class).stream()
        .filter(told -> told.carrier() == carrier && told.outbound() == outbound)
        .map(LinkEvent.LinkDiagnosed::to)
        .toList();
  }
}

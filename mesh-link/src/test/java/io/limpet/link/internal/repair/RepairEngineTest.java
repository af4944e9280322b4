package io.limpet.link.internal.repair;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.LinkInterface;
import io.limpet.link.MeshAddress;
import io.limpet.link.internal.os.LinkControl.Capability;
import io.limpet.link.internal.os.LinkControl.Outcome;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NeighbourState;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RepairEngineTest {
  private static final long MS = 1_000_000L;
  private static final MeshAddress PEER = new MeshAddress(0x2001_0020_0000_0000L, 1);
  private static final Set<Capability> PRIVILEGES =
      Set.of(Capability.WRITE_NEIGHBOURS, Capability.SEND_ARP);
  private static final Bytes RIGHT = Bytes.of(new byte[] {2, 0, 0, 0, 0, 1});
  private static final Bytes WRONG = Bytes.of(new byte[] {2, 0, 0, 0, 0, 9});

  private final List<LinkEvent> events = new ArrayList<>();
  private final List<String> steps = new ArrayList<>();
  private final List<Long> stepAtMs = new ArrayList<>();
  private final Host host = new Host();
  private @Nullable NeighbourEntry entry = entry(RIGHT, NeighbourState.REACHABLE);
  private boolean failing = true;
  private long roundTripAgeNs = Long.MAX_VALUE;
  private Claim claim = new Claim(true, null);
  private int challenges;
  private boolean denied;
  private Set<Capability> able = Set.of();
  private @Nullable CompletableFuture<Outcome> later;
  private int wakeUps;

  private final class Host implements RepairEngine.Host {
    @Override
    public Outcome perform(long nowNs, Situation situation, Step step) {
      steps.add(step.label());
      stepAtMs.add(nowNs / MS);
      return later == null
          ? new Outcome(!denied, "noted")
          : new Outcome(true, "asked", "noted", later);
    }

    @Override
    public void challenge(long nowNs) {
      challenges++;
    }

    @Override
    public void emit(LinkEvent event) {
      events.add(event);
    }

    @Override
    public Set<Capability> able() {
      return able;
    }

    @Override
    public void wakeAt(long atNs) {
      wakeUps++;
    }
  }

  private static InetAddress ip() {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, 2});
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static NeighbourEntry entry(@Nullable Bytes mac, NeighbourState state) {
    return new NeighbourEntry(1, ip(), mac, state);
  }

  private Situation now() {
    LinkInterface nif = new LinkInterface(1, "wlan0", RIGHT, List.of(), true, true, 1500);
    return new Situation(
        nif, ip(), entry, true, RIGHT, failing, roundTripAgeNs, 0, 0, 0, 2 * MS, claim);
  }

  private void run(RepairEngine engine, long fromMs, long toMs) {
    for (long ms = fromMs; ms < toMs; ms += 5) {
      engine.poll(ms * MS, now());
    }
  }

  private RepairEngine engine(boolean privileged) {
    able = privileged ? PRIVILEGES : Set.of();
    return new RepairEngine(PEER, host);
  }

  @Test
  void aWrongEntryIsStaleAndReplacedFirst() {
    entry = entry(WRONG, NeighbourState.REACHABLE);
    RepairEngine engine = engine(true);
    run(engine, 0, 100);
    assertThat(engine.diagnosis()).isEqualTo(Diagnosis.NEIGHBOUR_STALE);
    assertThat(steps).containsExactly("replace-entry");
    assertThat(challenges).isPositive();
  }

  @Test
  void aPeerThatNeverAnsweredAtAnAddressOverrulesNoEntry() {
    entry = entry(WRONG, NeighbourState.REACHABLE);
    claim = new Claim(false, null);
    run(engine(true), 0, 3_000);
    assertThat(steps).startsWith("flush-entry").doesNotContain("replace-entry");
  }

  @Test
  void anEntryThatTwoPeersDisputeIsNotTouchedAndTheEvidenceSaysSo() {
    entry = entry(WRONG, NeighbourState.REACHABLE);
    claim = new Claim(true, new MeshAddress(PEER.high(), 2));
    RepairEngine engine = engine(true);
    run(engine, 0, 10_000);
    assertThat(engine.diagnosis()).isEqualTo(Diagnosis.NEIGHBOUR_STALE);
    assertThat(steps).isNotEmpty().doesNotContain("replace-entry", "flush-entry");
    assertThat(events)
        .filteredOn(LinkEvent.RepairStarted.class::isInstance)
        .allSatisfy(
            e ->
                assertThat(((LinkEvent.RepairStarted) e).evidence())
                    .containsKey("addressClaimedToo"));
  }

  @Test
  void anEntryThatAPersonHasSetIsNotTouched() {
    for (NeighbourState state : List.of(NeighbourState.PERMANENT, NeighbourState.NOARP)) {
      entry = entry(WRONG, state);
      run(engine(true), 0, 10_000);
    }
    assertThat(steps).isNotEmpty().doesNotContain("replace-entry", "flush-entry");
  }

  @Test
  void withoutPrivilegeThePeerIsAskedAgainOnlyAfterTheLocktime() {
    entry = entry(WRONG, NeighbourState.REACHABLE);
    run(engine(false), 0, 8_000);
    assertThat(steps).startsWith("ask-peer", "nudge", "ask-peer", "ask-peer");
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i).equals(steps.get(i - 1))) {
        assertThat(stepAtMs.get(i) - stepAtMs.get(i - 1)).isGreaterThanOrEqualTo(1_150);
      }
    }
  }

  @Test
  void aMissingEntryIsUnresolvedAndARightOneIsABlackHole() {
    entry = null;
    RepairEngine unresolved = engine(true);
    run(unresolved, 0, 20);
    assertThat(unresolved.diagnosis()).isEqualTo(Diagnosis.NEIGHBOUR_UNRESOLVED);
    entry = entry(RIGHT, NeighbourState.REACHABLE);
    RepairEngine hole = engine(true);
    run(hole, 0, 20);
    assertThat(hole.diagnosis()).isEqualTo(Diagnosis.UNICAST_BLACKHOLE);
  }

  @Test
  void onlyARoundTripSinceTheStartIsSuccess() {
    RepairEngine engine = engine(true);
    roundTripAgeNs = 10_000 * MS;
    run(engine, 0, 500);
    assertThat(events).noneMatch(LinkEvent.RepairSucceeded.class::isInstance);
    roundTripAgeNs = 3 * MS;
    engine.poll(500 * MS, now());
    assertThat(events).filteredOn(LinkEvent.RepairSucceeded.class::isInstance).hasSize(1);
    assertThat(engine.diagnosis()).isEqualTo(Diagnosis.NONE);
  }

  @Test
  void theLadderEndsAndBeginsAgainWithBackOff() {
    run(engine(true), 0, 60_000);
    long gaveUp = events.stream().filter(LinkEvent.RepairGaveUp.class::isInstance).count();
    assertThat(gaveUp).isBetween(2L, 4L);
    assertThat(steps).hasSizeLessThan(20);
  }

  @Test
  void newEvidenceEndsTheBackOff() {
    RepairEngine engine = engine(true);
    run(engine, 0, 6_000);
    int before = steps.size();
    run(engine, 6_000, 6_500);
    assertThat(steps).hasSize(before);
    engine.onNewEvidence();
    run(engine, 6_500, 7_000);
    assertThat(steps.size()).isGreaterThan(before);
  }

  @Test
  void aStepThatIsDeniedCostsNoTime() {
    denied = true;
    run(engine(true), 0, 300);
    assertThat(steps).hasSize(4);
    assertThat(events)
        .filteredOn(LinkEvent.RepairStep.class::isInstance)
        .allSatisfy(e -> assertThat(((LinkEvent.RepairStep) e).outcome()).isEqualTo("denied"));
  }

  @Test
  void aMappingThatThePeerAnnouncedIsToldAndProvedLikeAnyRepair() {
    RepairEngine engine = engine(true);
    failing = false;
    engine.onCuredByPeer(1_000 * MS, now());
    assertThat(steps).isEmpty();
    assertThat(challenges).isPositive();
    assertThat(events)
        .anySatisfy(
            e ->
                assertThat(e)
                    .isInstanceOfSatisfying(
                        LinkEvent.RepairStep.class,
                        step -> assertThat(step.step()).isEqualTo("peer-announced")));
    roundTripAgeNs = 0;
    engine.poll(1_010 * MS, now());
    assertThat(events)
        .last()
        .isInstanceOfSatisfying(
            LinkEvent.RepairSucceeded.class,
            done -> assertThat(done.diagnosis()).isEqualTo(Diagnosis.NEIGHBOUR_STALE));
  }

  @Test
  void anAnnouncementThatDidNotHelpIsFollowedByTheLadder() {
    RepairEngine engine = engine(true);
    engine.onCuredByPeer(0, now());
    run(engine, 5, 2_000);
    assertThat(steps).isNotEmpty();
    assertThat(engine.diagnosis()).isEqualTo(Diagnosis.UNICAST_BLACKHOLE);
  }

  @Test
  void aPrivilegeThatComesWhileTheLadderIsClimbedIsUsedAtOnce() {
    entry = entry(WRONG, NeighbourState.REACHABLE);
    RepairEngine engine = engine(false);
    run(engine, 0, 100);
    assertThat(steps).containsExactly("ask-peer");

    able = PRIVILEGES;
    engine.onAbilitiesChanged(100 * MS);
    run(engine, 100, 110);
    assertThat(steps).containsExactly("ask-peer", "replace-entry");
  }

  @Test
  void aPrivilegeThatComesEndsTheBackOff() {
    RepairEngine engine = engine(false);
    run(engine, 0, 6_000);
    assertThat(events).anyMatch(LinkEvent.RepairGaveUp.class::isInstance);
    steps.clear();

    able = PRIVILEGES;
    engine.onAbilitiesChanged(6_000 * MS);
    run(engine, 6_000, 6_010);
    assertThat(steps).containsExactly("probe-entry");
  }

  @Test
  void aPromisedOutcomeIsToldWhenItComesAndARefusalDoesNotHoldTheLadderUp() {
    entry = entry(WRONG, NeighbourState.REACHABLE);
    later = new CompletableFuture<>();
    RepairEngine engine = engine(true);
    run(engine, 0, 20);
    assertThat(steps).containsExactly("replace-entry");
    assertThat(stepOutcomes()).containsExactly("asked");

    later.complete(new Outcome(false, "not allowed"));
    assertThat(wakeUps).isEqualTo(1);
    run(engine, 20, 30);
    assertThat(steps).containsExactly("replace-entry", "flush-entry");
    assertThat(stepOutcomes()).startsWith("asked", "denied");
  }

  @Test
  void anOutcomeThatComesAfterTheLadderIsToldAndChangesNothing() {
    later = new CompletableFuture<>();
    RepairEngine engine = engine(true);
    run(engine, 0, 20);
    engine.cancel();
    later.complete(new Outcome(false, "timed out", "after 5 s"));
    assertThat(stepOutcomes()).containsExactly("asked", "timed out");
    assertThat(wakeUps).isZero();
    assertThat(engine.isRunning()).isFalse();
  }

  @Test
  void theSiteHookIsTheLastRungOfABlackHole() {
    RepairEngine engine = engine(true);
    able = Set.of(Capability.values());
    run(engine, 0, 4_000);
    assertThat(steps)
        .containsExactly("probe-entry", "flush-entry", "announce", "ask-peer", "site-hook");
  }

  private List<String> stepOutcomes() {
    return events.stream()
        .filter(LinkEvent.RepairStep.class::isInstance)
        .map(event -> ((LinkEvent.RepairStep) event).outcome())
        .toList();
  }
}

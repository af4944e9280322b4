package io.limpet.presence.internal.roster;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerInfo;
import io.limpet.link.PeerReport;
import io.limpet.presence.Acquaintance;
import io.limpet.presence.Person;
import io.limpet.presence.Presence;
import io.limpet.presence.RosterEvent;
import io.limpet.presence.Samples;
import io.limpet.presence.SharedActivity;
import io.limpet.presence.internal.announce.Announcement;
import io.limpet.presence.internal.announce.Colours;
import io.limpet.presence.internal.announce.Fingerprint;
import io.limpet.presence.internal.announce.MdnsRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RosterCoreTest {
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  private static final long START_NS = Long.MAX_VALUE - 5_000_000_000L; // It wraps on the way.

  private final KnownPeers known = new KnownPeers();
  private final RosterCore core = new RosterCore(Samples.address(1), known);
  private Duration elapsed = Duration.ZERO;

  // ---- hello ----

  @Test
  void whoIsHeardIsOnlineWithWhatTheyAnnounce() {
    SharedActivity pond = new SharedActivity("pond", "chat", "The pond", true);
    heard(Samples.hello(2, "elm", 7, new Announcement(Samples.COLOURS, "hi", List.of(pond))));
    Person elm = person(2);
    assertThat(elm.presence()).isEqualTo(Presence.ONLINE);
    assertThat(elm.name()).isEqualTo("elm");
    assertThat(elm.colours()).isEqualTo(Samples.COLOURS);
    assertThat(elm.status()).isEqualTo("hi");
    assertThat(elm.epoch()).isEqualTo(7);
    assertThat(elm.activities()).containsExactly(pond);
    assertThat(elm.sources()).containsExactly("hello");
    assertThat(elm.since()).isEqualTo(NOON);
    assertThat(events()).containsExactly("Online elm");
  }

  @Test
  void whoMissesIsSuspectWhoIsSilentIsOfflineAndWhoIsHeardAgainIsBack() {
    heard(Samples.hello(2, "elm", 7));
    core.onLinkEvent(at(3), new LinkEvent.PeerMissed(Samples.address(2), Duration.ofMillis(2_500)));
    assertThat(person(2).presence()).isEqualTo(Presence.SUSPECT);
    assertThat(person(2).since()).isEqualTo(NOON.plusSeconds(3));
    core.onLinkEvent(at(5), new LinkEvent.PeerReachable(Samples.address(2), "path confirmed"));
    core.onLinkEvent(at(6), new LinkEvent.PeerMissed(Samples.address(2), Duration.ofSeconds(2)));
    core.onLinkEvent(at(9), new LinkEvent.PeerSilent(Samples.address(2), Duration.ofSeconds(8)));
    assertThat(person(2).presence()).isEqualTo(Presence.OFFLINE);
    core.onLinkEvent(
        at(20), new LinkEvent.PeerHeard(Samples.address(2), Samples.hello(2, "elm", 7), true));
    assertThat(events())
        .containsExactly(
            "Online elm", "Suspect elm", "Online elm", "Suspect elm", "Offline elm", "Online elm");
  }

  @Test
  void theEvidenceIsSaidInWords() {
    heard(Samples.hello(2, "elm", 7));
    core.onLinkEvent(at(3), new LinkEvent.PeerMissed(Samples.address(2), Duration.ofMillis(2_540)));
    assertThat(core.pollEvent()).isInstanceOf(RosterEvent.Online.class);
    assertThat(core.pollEvent())
        .isEqualTo(new RosterEvent.Suspect(person(2), "nothing heard for 2.5 s"));
  }

  @Test
  void aGoodbyeIsOfflineAtOnceAndNothingLateRevokesIt() {
    heard(Samples.hello(2, "elm", 7));
    seen("eth0/elm", Samples.claim(2, "elm", 7));
    core.onLinkEvent(at(1), new LinkEvent.PeerGoodbye(Samples.address(2)));
    core.onLinkEvent(at(1), new LinkEvent.PeerReachable(Samples.address(2), "late"));
    seen("eth1/elm", Samples.claim(2, "elm", 7));
    assertThat(person(2).presence()).isEqualTo(Presence.OFFLINE);
    seen("eth1/elm", Samples.claim(2, "elm", 8));
    assertThat(person(2).presence()).as("a newer start was announced").isEqualTo(Presence.SUSPECT);
    assertThat(person(2).epoch()).as("but hello has not proven it").isEqualTo(7);
  }

  @Test
  void aRestartIsTheSamePerson() {
    heard(Samples.hello(2, "elm", 7));
    core.onLinkEvent(
        at(1), new LinkEvent.PeerRestarted(Samples.address(2), Samples.hello(2, "elm", 8), 7));
    assertThat(core.snapshot().people()).hasSize(1);
    assertThat(person(2).epoch()).isEqualTo(8);
    assertThat(events()).containsExactly("Online elm", "Restarted elm");
  }

  @Test
  void aRestartAfterSilenceIsSaidBeforeTheReturn() {
    heard(Samples.hello(2, "elm", 7));
    core.onLinkEvent(at(9), new LinkEvent.PeerSilent(Samples.address(2), Duration.ofSeconds(8)));
    core.onLinkEvent(
        at(20), new LinkEvent.PeerHeard(Samples.address(2), Samples.hello(2, "elm", 8), true));
    assertThat(events())
        .containsExactly("Online elm", "Offline elm", "Restarted elm", "Online elm");
  }

  @Test
  void aChangeOfWhatIsAnnouncedIsAnUpdateAndTheSameAgainIsNothing() {
    heard(Samples.hello(2, "elm", 7));
    heard(Samples.hello(2, "elm", 7));
    heard(Samples.hello(2, "elm", 7, new Announcement(Samples.COLOURS, "away", List.of())));
    heard(Samples.hello(2, "oak", 7, new Announcement(Samples.COLOURS, "away", List.of())));
    assertThat(events()).containsExactly("Online elm", "Updated elm", "Updated oak");
  }

  @Test
  void aDamagedAnnouncementIsCountedAndLeavesTheLastOneStanding() {
    heard(Samples.hello(2, "elm", 7, new Announcement(Samples.COLOURS, "hi", List.of())));
    PeerInfo good = Samples.hello(2, "elm", 7);
    Bytes garbage = Bytes.of(new byte[] {1, 2, 3});
    heard(new PeerInfo(good.address(), good.signingKey(), "elm", 7, garbage, good.ipAddresses()));
    assertThat(person(2).status()).isEqualTo("hi");
    heard(new PeerInfo(good.address(), good.signingKey(), "elm", 7, garbage, List.of()));
    assertThat(person(2).status()).as("however often").isEqualTo("hi");
    assertThat(core.counters().malformedAnnouncements()).isEqualTo(2);
  }

  @Test
  void whoAnnouncesNothingHasTheDefaultColours() {
    PeerInfo info = Samples.hello(2, "elm", 7);
    heard(new PeerInfo(info.address(), info.signingKey(), "elm", 7, Bytes.EMPTY, List.of()));
    assertThat(person(2).colours()).isEqualTo(Colours.DEFAULT);
    assertThat(core.counters().malformedAnnouncements()).isZero();
  }

  @Test
  void peersThatTheLinkKnewBeforeAreThereAndAnEventThatWasQuickerWins() {
    heard(Samples.hello(2, "elm", 8));
    core.onPeers(
        at(1),
        List.of(
            report(Samples.hello(2, "elm", 7), PathState.SILENT),
            report(Samples.hello(3, "oak", 1), PathState.UNICAST),
            report(Samples.hello(4, "ash", 1), PathState.SILENT)));
    assertThat(person(2).presence()).isEqualTo(Presence.ONLINE);
    assertThat(person(2).epoch()).isEqualTo(8);
    assertThat(person(3).presence()).isEqualTo(Presence.ONLINE);
    assertThat(person(4).presence()).isEqualTo(Presence.OFFLINE);
  }

  @Test
  void oneselfIsNobodyInTheRoster() {
    heard(Samples.hello(1, "me", 1));
    seen("eth0/me", Samples.claim(1, "me", 1));
    assertThat(core.snapshot().people()).isEmpty();
  }

  @Test
  void aNicknameThatForgesALineIsShownHarmless() {
    heard(Samples.hello(2, "elm\nroot: ok", 7));
    assertThat(person(2).name()).isEqualTo("elm\uFFFDroot: ok");
  }

  // ---- a transport's suspicion ----

  @Test
  void aFailedConnectionAndASilenceAskForTheRecordsAnew() {
    seen("eth0/elm", Samples.claim(2, "elm", 7));
    seen("eth1/elm", Samples.claim(2, "elm", 7));
    assertThat(core.pollDoubtedRecord()).isNull();
    core.onSuspicion(at(1), Samples.address(2), "a connection failed");
    assertThat(doubted()).containsExactlyInAnyOrder("eth0/elm", "eth1/elm");
    core.onRecordLost(at(11), "eth0/elm");
    core.onRecordLost(at(11), "eth1/elm");
    core.onTimer(at(16));
    assertThat(person(2).presence()).isEqualTo(Presence.SUSPECT);
    core.onTimer(at(72));
    assertThat(person(2).presence()).isEqualTo(Presence.OFFLINE);
    assertThat(events())
        .as("and no flicker")
        .containsExactly("Online elm", "Suspect elm", "Offline elm");

    heard(Samples.hello(3, "oak", 1));
    seen("eth0/oak", Samples.claim(3, "oak", 1));
    core.onLinkEvent(at(73), new LinkEvent.PeerMissed(Samples.address(3), Duration.ofSeconds(3)));
    assertThat(doubted()).isEmpty();
    core.onLinkEvent(at(80), new LinkEvent.PeerSilent(Samples.address(3), Duration.ofSeconds(9)));
    assertThat(doubted()).containsExactly("eth0/oak");
    assertThat(person(3).presence()).isEqualTo(Presence.OFFLINE);
    seen("eth0/oak", Samples.claim(3, "oak", 1));
    assertThat(person(3).presence()).as("their mDNS answered").isEqualTo(Presence.SUSPECT);
  }

  private List<String> doubted() {
    List<String> keys = new ArrayList<>();
    String key;
    while ((key = core.pollDoubtedRecord()) != null) {
      keys.add(key);
    }
    return keys;
  }

  @Test
  void aTransportsSuspicionIsTakenAndEndsWhenTheLinkMissesNothing() {
    heard(Samples.hello(2, "elm", 7));
    core.onSuspicion(at(1), Samples.address(2), "data unacknowledged for 1.2 s");
    assertThat(person(2).presence()).isEqualTo(Presence.SUSPECT);
    assertThat(secondsToDeadline()).isEqualTo(10);
    core.onTimer(at(10));
    assertThat(person(2).presence()).isEqualTo(Presence.SUSPECT);
    core.onTimer(at(11));
    assertThat(person(2).presence()).isEqualTo(Presence.ONLINE);
    assertThat(core.nextDeadlineNs()).isEmpty();
  }

  @Test
  void aTransportsSuspicionIsOverWhenThePeerIsReachable() {
    heard(Samples.hello(2, "elm", 7));
    core.onSuspicion(at(1), Samples.address(2), "data unacknowledged");
    core.onLinkEvent(at(2), new LinkEvent.PeerReachable(Samples.address(2), "hello heard"));
    assertThat(person(2).presence()).isEqualTo(Presence.ONLINE);
    assertThat(core.nextDeadlineNs()).isEmpty();
  }

  @Test
  void aTransportsSuspicionThatTheLinkSharesEndsInOffline() {
    heard(Samples.hello(2, "elm", 7));
    core.onSuspicion(at(1), Samples.address(2), "data unacknowledged");
    core.onLinkEvent(at(3), new LinkEvent.PeerMissed(Samples.address(2), Duration.ofSeconds(3)));
    core.onTimer(at(20));
    assertThat(person(2).presence()).isEqualTo(Presence.SUSPECT);
    core.onLinkEvent(at(21), new LinkEvent.PeerSilent(Samples.address(2), Duration.ofSeconds(20)));
    assertThat(events()).containsExactly("Online elm", "Suspect elm", "Offline elm");
  }

  @Test
  void nobodyIsSuspectedWhoIsNotOnline() {
    core.onSuspicion(at(0), Samples.address(2), "never heard of");
    heard(Samples.hello(2, "elm", 7));
    core.onLinkEvent(at(1), new LinkEvent.PeerGoodbye(Samples.address(2)));
    core.onSuspicion(at(2), Samples.address(2), "no answer");
    assertThat(person(2).presence()).isEqualTo(Presence.OFFLINE);
  }

  // ---- mDNS ----

  @Test
  void whomOnlyMdnsKnowsIsShownAsAClaim() {
    MdnsRecord claim =
        new MdnsRecord(
            Samples.address(2), "f".repeat(32), "elm", Samples.COLOURS, "hi", 3, List.of("pond"));
    seen("eth0/elm", claim);
    assertThat(person(2).sources()).containsExactly("mdns");
    assertThat(person(2).presence()).isEqualTo(Presence.ONLINE);
    assertThat(person(2).activities()).containsExactly(new SharedActivity("pond", "", "", false));
    assertThat(known.pins()).as("a claim pins nothing").isEmpty();
  }

  @Test
  void aRecordThatExpiresMakesSuspectAndOnlyUnansweredBrowsingMakesOffline() {
    seen("eth0/elm", Samples.claim(2, "elm", 1));
    core.onRecordLost(at(10), "eth0/elm");
    assertThat(person(2).presence()).isEqualTo(Presence.SUSPECT);
    assertThat(secondsToDeadline()).isEqualTo(60);
    core.onTimer(at(69));
    assertThat(person(2).presence()).isEqualTo(Presence.SUSPECT);
    core.onTimer(at(70));
    assertThat(person(2).presence()).isEqualTo(Presence.OFFLINE);
    seen("eth0/elm", Samples.claim(2, "elm", 1));
    assertThat(person(2).presence()).isEqualTo(Presence.ONLINE);
  }

  @Test
  void aRecordThatExpiresTakesNothingFromWhomHelloHears() {
    heard(Samples.hello(2, "elm", 7));
    seen("eth0/elm", Samples.claim(2, "elm", 7));
    assertThat(person(2).sources()).containsExactlyInAnyOrder("hello", "mdns");
    core.onRecordLost(at(10), "eth0/elm");
    core.onTimer(at(500));
    assertThat(person(2).presence()).isEqualTo(Presence.ONLINE);
    assertThat(person(2).sources()).containsExactly("hello");
    assertThat(events()).containsExactly("Online elm");
  }

  @Test
  void onSeveralInterfacesOnePersonIsSeenAndTheLastRecordCounts() {
    seen("eth0/elm", Samples.claim(2, "elm", 1));
    seen("wlan0/elm", Samples.claim(2, "elm", 1));
    core.onRecordLost(at(1), "eth0/elm");
    assertThat(core.snapshot().people()).hasSize(1);
    assertThat(person(2).presence()).isEqualTo(Presence.ONLINE);
    core.onRecordLost(at(2), "wlan0/elm");
    core.onRecordLost(at(3), "wlan0/elm");
    assertThat(events()).containsExactly("Online elm", "Suspect elm");
  }

  @Test
  void whatHelloSaysStandsAgainstEveryRecord() {
    heard(Samples.hello(2, "elm", 7));
    seen(
        "eth0/a",
        new MdnsRecord(
            Samples.address(2),
            Fingerprint.of(Samples.key(Samples.address(2))),
            "mallory",
            "#000000,#000000",
            "pay me",
            99,
            List.of("trap")));
    assertThat(person(2).name()).isEqualTo("elm");
    assertThat(person(2).status()).isEmpty();
    assertThat(person(2).epoch()).isEqualTo(7);
    assertThat(person(2).activities()).isEmpty();
    seen("eth0/b", claimWithKey(2, "elm", "0".repeat(32)));
    assertThat(core.counters().contradictedRecords()).isEqualTo(1);
  }

  @Test
  void aHelloThrowsOutTheRecordsThatLied() {
    seen("eth0/liar", claimWithKey(2, "mallory", "0".repeat(32)));
    heard(Samples.hello(2, "elm", 7));
    assertThat(person(2).name()).isEqualTo("elm");
    assertThat(person(2).sources()).containsExactly("hello");
    assertThat(core.counters().contradictedRecords()).isEqualTo(1);
    core.onRecordLost(at(1), "eth0/liar");
    assertThat(person(2).presence()).isEqualTo(Presence.ONLINE);
  }

  @Test
  void aRecordWithAnotherKeyThanThePinnedOneIsRefused() {
    known.check("elm", Samples.address(2), Samples.key(Samples.address(2)), NOON);
    seen("eth0/liar", claimWithKey(2, "elm", "0".repeat(32)));
    assertThat(core.snapshot().people()).isEmpty();
    seen("eth0/elm", Samples.claim(2, "elm", 1));
    assertThat(core.snapshot().people()).hasSize(1);
  }

  @Test
  void ofTwoUnprovenClaimsToOneAddressTheFirstStands() {
    seen("eth0/a", claimWithKey(2, "elm", "a".repeat(32)));
    seen("eth0/b", claimWithKey(2, "oak", "b".repeat(32)));
    assertThat(person(2).name()).isEqualTo("elm");
    assertThat(core.counters().contradictedRecords()).isEqualTo(1);
  }

  @Test
  void ofTwoRecordsTheNewerStartSpeaks() {
    seen("eth0/elm-old", Samples.claim(2, "elm", 1));
    seen("eth0/elm-new", Samples.claim(2, "elm of the pond", 2));
    seen("wlan0/elm-old", Samples.claim(2, "elm", 1));
    assertThat(person(2).name()).isEqualTo("elm of the pond");
    core.onRecordLost(at(1), "eth0/elm-new");
    assertThat(person(2).presence()).isEqualTo(Presence.ONLINE);
  }

  @Test
  void mdnsAloneRaisesTheSilentToSuspectAndNoFurther() {
    heard(Samples.hello(2, "elm", 7));
    seen("eth0/elm", Samples.claim(2, "elm", 7));
    core.onLinkEvent(at(9), new LinkEvent.PeerSilent(Samples.address(2), Duration.ofSeconds(8)));
    assertThat(person(2).presence()).as("an old record says nothing").isEqualTo(Presence.OFFLINE);
    seen("wlan0/elm", Samples.claim(2, "elm", 7));
    assertThat(person(2).presence()).isEqualTo(Presence.SUSPECT);
    core.onRecordLost(at(20), "wlan0/elm");
    core.onRecordLost(at(20), "eth0/elm");
    assertThat(person(2).presence()).isEqualTo(Presence.OFFLINE);
  }

  @Test
  void aServiceThatChangesItsOwnerLeavesTheFirst() {
    seen("eth0/x", Samples.claim(2, "elm", 1));
    seen("eth0/x", Samples.claim(3, "oak", 1));
    assertThat(person(2).presence()).isEqualTo(Presence.SUSPECT);
    assertThat(person(3).presence()).isEqualTo(Presence.ONLINE);
  }

  // ---- names and keys ----

  @Test
  void twoPeopleWithOneNameAreBothShownAndTheSecondIsSaidLoudly() {
    heard(Samples.hello(2, "elm", 1));
    heard(Samples.hello(3, "Elm", 1));
    assertThat(core.snapshot().people()).hasSize(2);
    assertThat(person(2).keyChanged()).isFalse();
    assertThat(person(3).keyChanged()).isTrue();
    assertThat(events()).containsExactly("Online elm", "Online Elm", "KeyChanged Elm");
    assertThat(known.pin("elm").orElseThrow().address()).isEqualTo(Samples.address(2));
  }

  @Test
  void aNamePinnedInAnEarlierRunIsKept() {
    known.check("elm", Samples.address(2), Samples.key(Samples.address(2)), NOON);
    heard(Samples.hello(2, "elm", 1));
    assertThat(person(2).keyChanged()).isFalse();
    assertThat(core.pollKnownPeersChanged()).isFalse();
    heard(Samples.hello(3, "elm", 1));
    assertThat(person(3).keyChanged()).isTrue();
    assertThat(core.pollKnownPeersChanged()).isFalse();
    heard(Samples.hello(4, "oak", 1));
    assertThat(core.pollKnownPeersChanged()).isTrue();
    assertThat(core.pollKnownPeersChanged()).isFalse();
  }

  @Test
  void aClaimToAKnownNameWithAnotherKeyIsSaidLoudly() {
    heard(Samples.hello(2, "elm", 1));
    seen("eth0/elm", Samples.claim(3, "elm", 1));
    assertThat(person(3).keyChanged()).isTrue();
  }

  @Test
  void aConfirmedPersonHasTheNameAndTheOtherIsTheOneWithAnotherKey() {
    heard(Samples.hello(2, "elm", 1));
    heard(Samples.hello(3, "elm", 1));
    events();
    core.pollKnownPeersChanged();
    assertThat(core.onConfirmed(now(), Samples.address(3))).isTrue();
    assertThat(core.pollKnownPeersChanged()).isTrue();
    assertThat(person(3).acquaintance()).isEqualTo(Acquaintance.VERIFIED);
    assertThat(person(3).keyChanged()).isFalse();
    assertThat(person(2).keyChanged()).isTrue();
    assertThat(events()).containsExactlyInAnyOrder("Updated elm", "KeyChanged elm");
  }

  @Test
  void whoIsKnownIsSoWhenTheyComeAgainAndNobodyElseOfTheirName() {
    core.onAcquainted(now(), Samples.address(2));
    assertThat(core.pollKnownPeersChanged()).isTrue();
    heard(Samples.hello(2, "elm", 1));
    heard(Samples.hello(3, "elm", 1));
    assertThat(person(2).acquaintance()).isEqualTo(Acquaintance.KNOWN);
    assertThat(person(3).acquaintance()).isEqualTo(Acquaintance.STRANGER);
    core.onAcquainted(now(), Samples.address(3));
    assertThat(person(3).acquaintance()).isEqualTo(Acquaintance.KNOWN);
    core.onAcquainted(now(), Samples.address(1));
    assertThat(known.acquaintance(Samples.address(1)))
        .as("oneself")
        .isEqualTo(Acquaintance.STRANGER);
  }

  @Test
  void whoWasNeverProvenCannotBeConfirmed() {
    seen("eth0/elm", Samples.claim(2, "elm", 1));
    assertThat(core.onConfirmed(now(), Samples.address(2))).isFalse();
    assertThat(core.onConfirmed(now(), Samples.address(9))).isFalse();
    assertThat(core.pollKnownPeersChanged()).isFalse();
    known.check("oak", Samples.address(3), Samples.key(Samples.address(3)), NOON);
    assertThat(core.onConfirmed(now(), Samples.address(3))).as("met in an earlier run").isTrue();
  }

  // ---- bounds ----

  @Test
  void aFloodOfClaimsPushesNobodyOutWhoWasHeard() {
    for (int n = 2; n < 100; n++) {
      heard(Samples.hello(n, "friend" + n, 1));
    }
    for (int n = 1_000; n < 3_000; n++) {
      seen("eth0/" + n, Samples.claim(n, "ghost" + n, 1));
    }
    assertThat(core.snapshot().people()).hasSize(RosterCore.MAX_PEOPLE);
    assertThat(core.snapshot().people().stream().filter(p -> p.sources().contains("hello")))
        .hasSize(98);
    assertThat(core.counters().refusedPeers()).isPositive();
    heard(Samples.hello(100, "late friend", 1));
    assertThat(core.snapshot().byAddress()).containsKey(Samples.address(100));
    assertThat(core.snapshot().people()).hasSize(RosterCore.MAX_PEOPLE);
  }

  @Test
  void strangersAreForgottenBeforeOldAcquaintances() {
    known.check("old friend", Samples.address(2), Samples.key(Samples.address(2)), NOON);
    heard(Samples.hello(2, "old friend", 1));
    core.onLinkEvent(at(1), new LinkEvent.PeerGoodbye(Samples.address(2)));
    for (int n = 1_000; n < 2_000; n++) {
      heard(Samples.hello(n, "stranger" + n, 1));
      core.onLinkEvent(at(2), new LinkEvent.PeerGoodbye(Samples.address(n)));
    }
    assertThat(core.snapshot().people()).hasSize(RosterCore.MAX_PEOPLE);
    assertThat(core.snapshot().byAddress())
        .containsKeys(Samples.address(2), Samples.address(1_999))
        .doesNotContainKey(Samples.address(1_000));
  }

  @Test
  void whateverComesInTheRosterKeepsItsRules() {
    long seed = Long.getLong("limpet.seed", 1);
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      long n = 2L + random.nextInt(20);
      MeshAddress address = Samples.address(n);
      Moment now = at(i);
      switch (random.nextInt(9)) {
        case 0 -> heard(Samples.hello(n, "p" + random.nextInt(10), random.nextInt(4)));
        case 1 -> core.onLinkEvent(now, new LinkEvent.PeerMissed(address, Duration.ofSeconds(1)));
        case 2 -> core.onLinkEvent(now, new LinkEvent.PeerSilent(address, Duration.ofSeconds(1)));
        case 3 -> core.onLinkEvent(now, new LinkEvent.PeerGoodbye(address));
        case 4 -> core.onLinkEvent(now, new LinkEvent.PeerReachable(address, "random"));
        case 5 -> core.onSuspicion(now, address, "random");
        case 6 -> seen("k" + random.nextInt(40), Samples.claim(n, "p" + n, random.nextInt(4)));
        case 7 -> core.onRecordLost(now, "k" + random.nextInt(40));
        default -> core.onTimer(now);
      }
      OptionalLong deadline = core.nextDeadlineNs();
      if (deadline.isPresent()) {
        assertThat(deadline.getAsLong() - now.ns())
            .as("-Dlimpet.seed=%d step %d", seed, i)
            .isLessThanOrEqualTo(RosterCore.RECORD_GRACE_NS);
      }
      for (Person person : core.snapshot().people()) {
        boolean onlyClaimed = !person.sources().contains("hello");
        assertThat(person.sources()).as("-Dlimpet.seed=%d step %d", seed, i).isNotEmpty();
        assertThat(onlyClaimed && person.sources().size() > 1).isFalse();
      }
      events();
    }
  }

  // ---- the bench ----

  private Moment at(long seconds) {
    elapsed = Duration.ofSeconds(seconds);
    return new Moment(START_NS + elapsed.toNanos(), NOON.plus(elapsed));
  }

  private Moment now() {
    return at(elapsed.toSeconds());
  }

  private long secondsToDeadline() {
    return (core.nextDeadlineNs().orElseThrow() - now().ns()) / 1_000_000_000L;
  }

  private void heard(PeerInfo info) {
    boolean first = !core.snapshot().byAddress().containsKey(info.address());
    core.onLinkEvent(
        now(),
        first
            ? new LinkEvent.PeerHeard(info.address(), info, false)
            : new LinkEvent.PeerChanged(info.address(), info));
  }

  private void seen(String key, MdnsRecord claim) {
    core.onRecordSeen(now(), key, claim);
  }

  private Person person(long n) {
    return core.snapshot().byAddress().get(Samples.address(n));
  }

  private List<String> events() {
    List<String> all = new ArrayList<>();
    RosterEvent event;
    while ((event = core.pollEvent()) != null) {
      all.add(event.getClass().getSimpleName() + ' ' + event.person().name());
    }
    return all;
  }

  private static MdnsRecord claimWithKey(long n, String nickname, String fingerprint) {
    return new MdnsRecord(
        Samples.address(n), fingerprint, nickname, Samples.COLOURS, "", 1, List.of());
  }

  private static PeerReport report(PeerInfo info, PathState path) {
    return new PeerReport(info, path, Diagnosis.NONE, null, List.of());
  }
}

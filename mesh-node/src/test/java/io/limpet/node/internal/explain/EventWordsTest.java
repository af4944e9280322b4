package io.limpet.node.internal.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.limpet.link.Diagnosis;
import io.limpet.link.PathState;
import io.limpet.node.internal.journal.JournalEvent;
import io.limpet.node.internal.journal.JournalEvent.Address;
import io.limpet.node.internal.journal.JournalEvent.Connection;
import io.limpet.node.internal.journal.JournalEvent.Diagnosed;
import io.limpet.node.internal.journal.JournalEvent.NodeReady;
import io.limpet.node.internal.journal.JournalEvent.NodeResumed;
import io.limpet.node.internal.journal.JournalEvent.NodeStopped;
import io.limpet.node.internal.journal.JournalEvent.PathChanged;
import io.limpet.node.internal.journal.JournalEvent.PathMtuChanged;
import io.limpet.node.internal.journal.JournalEvent.PeerPresence;
import io.limpet.node.internal.journal.JournalEvent.Repair;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every event that tells how a peer is reached has its sentence. */
class EventWordsTest {
  private static final String P = "2001:20::1";

  /** They tell nothing of a path; a new kind of event belongs here or into the table. */
  private static final Set<Class<?>> SILENT =
      Set.of(
          JournalEvent.InvitationChange.class,
          JournalEvent.ActivityChange.class,
          JournalEvent.ActivitySaid.class,
          JournalEvent.Plain.class,
          JournalEvent.Port.class,
          JournalEvent.Stream.class,
          JournalEvent.File.class,
          JournalEvent.SecurityRejected.class,
          JournalEvent.StoreDamaged.class,
          JournalEvent.LinkMeasured.class,
          JournalEvent.ConnectionMeasured.class,
          JournalEvent.JournalOpened.class,
          JournalEvent.JournalDropped.class);

  private static Map<String, String> stale() {
    Map<String, String> evidence = new LinkedHashMap<>();
    evidence.put("interface", "wlan0");
    evidence.put("ip", "10.0.0.2");
    evidence.put("entryMac", "02:00:00:00:00:99");
    evidence.put("entryState", "REACHABLE");
    evidence.put("helloMac", "02:00:00:00:00:77");
    evidence.put("unicastProofAgeMs", "1200");
    evidence.put("multicastProofAgeMs", "100");
    evidence.put("inboundUnicastAgeMs", "never");
    return evidence;
  }

  private static JournalEvent path(PathState from, PathState to, String reason) {
    return new PathChanged(P, "maple", from.name(), to.name(), "wlan0", "UNICAST_IPV4", reason);
  }

  private static JournalEvent repair(
      String change, String step, String outcome, Long tookMs, Map<String, String> evidence) {
    return new Repair(change, P, "maple", "NEIGHBOUR_STALE", step, outcome, tookMs, evidence);
  }

  static Stream<Arguments> events() {
    return Stream.of(
        arguments(
            path(PathState.UNKNOWN, PathState.UNICAST, "unicast confirmed"),
            "unicast to maple carries everything on wlan0 (unicast confirmed)"),
        arguments(
            path(PathState.UNICAST, PathState.UNICAST, "confirmed by the peer"),
            "maple is reached by another path on wlan0, unicast IPv4 (confirmed by the peer)"),
        arguments(
            path(PathState.UNICAST, PathState.SUSPECT, "5 datagrams unconfirmed for 90 ms"),
            "unicast to maple came into doubt: what is sent goes both ways"
                + " (5 datagrams unconfirmed for 90 ms)"),
        arguments(
            path(PathState.SUSPECT, PathState.MULTICAST, "only multicast is confirmed"),
            "unicast to maple was given up: multicast carries everything on wlan0"
                + " (only multicast is confirmed)"),
        arguments(
            path(PathState.MULTICAST, PathState.SILENT, "nothing heard on any carrier"),
            "nothing more was heard of maple (nothing heard on any carrier)"),
        arguments(
            path(PathState.SILENT, PathState.UNKNOWN, "heard again"),
            "the way to maple was open: what is sent goes by unicast and multicast (heard again)"),
        arguments(
            new PathMtuChanged(P, "maple", "wlan0", "UNICAST_IPV4", 1_228, 1_500, "confirmed"),
            "unicast IPv4 on wlan0 to maple carries packets of 1500 bytes (confirmed)"),
        arguments(
            new PathMtuChanged(P, "maple", "wlan0", "UNICAST_IPV4", 1_500, 1_228, "black hole"),
            "unicast IPv4 on wlan0 to maple carries only 1228 bytes (black hole)"),
        arguments(
            repair("started", null, null, null, stale()),
            "repair began: NEIGHBOUR_STALE, the kernel sends to a wrong MAC; the kernel's entry for"
                + " 10.0.0.2 is 02:00:00:00:00:99, REACHABLE, but maple's signed hello says"
                + " 02:00:00:00:00:77: the table is wrong; our unicast was last confirmed 1.2 s"
                + " before, our multicast 0.1 s before, maple's unicast last arrived never"),
        arguments(
            repair("step", "replace-entry", "done", null, Map.of("detail", "replaced")),
            "tried: write the MAC that maple has signed into the kernel's entry (done, replaced)"),
        arguments(repair("step", "dance", "denied", null, Map.of()), "tried: dance (denied)"),
        arguments(
            repair("succeeded", null, null, 120L, Map.of()),
            "repaired after 0.1 s (NEIGHBOUR_STALE): a unicast round trip with maple has proved"
                + " it"),
        arguments(
            repair("gaveup", null, null, 2_300L, Map.of("retryAfterMs", "5000")),
            "repair was given up after 2.3 s (NEIGHBOUR_STALE); the next try was due 5.0 s later"),
        arguments(
            new Diagnosed(
                "peer", P, "maple", null, null, null, "NONE", "UNICAST_BLACKHOLE", Map.of()),
            "the verdict on maple: UNICAST_BLACKHOLE, unicast vanishes on the way"),
        arguments(
            new Diagnosed(
                "peer", P, "maple", null, null, null, "UNICAST_BLACKHOLE", "NONE", Map.of()),
            "the verdict on maple was lifted (unicast vanishes on the way)"),
        arguments(
            new Diagnosed(
                "link",
                P,
                "maple",
                "wlan0",
                "UNICAST_IPV4",
                "out",
                "NONE",
                "ASYMMETRIC",
                Map.of("proofAgeMs", "1300", "unconfirmed", "7")),
            "unicast IPv4 on wlan0 to maple: ASYMMETRIC (7 datagrams unconfirmed, last proof 1.3 s"
                + " before)"),
        arguments(
            new Diagnosed(
                "link",
                P,
                "maple",
                "wlan0",
                "MULTICAST_IPV6",
                "in",
                "MULTICAST_DEAD",
                "NONE",
                Map.of()),
            "multicast IPv6 on wlan0 from maple: in order again (was MULTICAST_DEAD)"),
        arguments(
            new Diagnosed(
                "interface",
                null,
                null,
                "wlan0",
                "MULTICAST_IPV4",
                null,
                "NONE",
                "SELF_DEAF",
                Map.of("unheard", "3")),
            "wlan0, multicast IPv4: SELF_DEAF, this machine does not hear its own multicast"
                + " (unheard 3)"),
        arguments(new PeerPresence("online", P, "maple", 7, "hello"), "maple was here (hello)"),
        arguments(new PeerPresence("suspect", P, "maple", 7, ""), "maple was in doubt"),
        arguments(
            new PeerPresence("offline", P, "maple", 7, "goodbye"), "maple was gone (goodbye)"),
        arguments(
            new PeerPresence("restarted", P, "maple", 8, "epoch 8"), "maple restarted (epoch 8)"),
        arguments(
            new PeerPresence("keyChanged", P, "maple", 7, "known by another key before"),
            "somebody called maple came with another key: is it the same person?"),
        arguments(
            new Address("added", "wlan0", "10.0.0.1"),
            "this machine got the address 10.0.0.1 on wlan0"),
        arguments(
            new Address("removed", "wlan0", "10.0.0.1"),
            "this machine lost the address 10.0.0.1 on wlan0"),
        arguments(
            new NodeReady("oak", "a", 1, 7464, List.of(), "/h", 1, 1), "this node was started"),
        arguments(new NodeStopped("oak", "a", 1), "this node was stopped"),
        arguments(
            new NodeResumed(40_000),
            "this machine or node had not run for 40 s (asleep or stopped), and went on"),
        arguments(
            new Connection("suspect", P, "maple", 1, 2, null),
            "a connection with maple had data without an answer"),
        arguments(
            new Connection("resumed", P, "maple", 1, 2, null),
            "that connection with maple had its answer"));
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventIsASentence(JournalEvent event, String sentence) {
    assertThat(EventWords.tell(event, "maple")).isEqualTo(sentence);
  }

  @Test
  void noKindOfEventIsForgotten() {
    Set<Class<?>> told = new HashSet<>(SILENT);
    events().forEach(arguments -> told.add(arguments.get()[0].getClass()));
    assertThat(told).containsExactlyInAnyOrder(JournalEvent.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @EnumSource(PathState.class)
  void noStateOfAPathIsForgotten(PathState state) {
    PathState from = state == PathState.SILENT ? PathState.UNKNOWN : PathState.SILENT;
    assertThat(EventWords.tell(path(from, state, "why"), "maple"))
        .contains("maple")
        .doesNotContain(state.name());
  }

  @ParameterizedTest
  @EnumSource(Diagnosis.class)
  void everyVerdictHasItsMeaningAndAllButTwoACure(Diagnosis diagnosis) {
    assertThat(DiagnosisWords.of(diagnosis.name())).isEqualTo(diagnosis);
    assertThat(DiagnosisWords.brief(diagnosis)).isNotBlank();
    assertThat(DiagnosisWords.meaning(diagnosis, "maple")).endsWith(".");
    boolean needsNothing = diagnosis == Diagnosis.NONE || diagnosis == Diagnosis.PEER_RESTARTED;
    assertThat(DiagnosisWords.advice(diagnosis, "maple").isEmpty()).isEqualTo(needsNothing);
  }

  @ParameterizedTest
  @EnumSource(Diagnosis.class)
  void whatBeganARepairIsNamedInWords(Diagnosis diagnosis) {
    Repair began = new Repair("started", P, "maple", diagnosis.name(), null, null, null, Map.of());
    assertThat(EventWords.tell(began, "maple"))
        .contains(diagnosis.name())
        .contains(DiagnosisWords.brief(diagnosis));
  }
}

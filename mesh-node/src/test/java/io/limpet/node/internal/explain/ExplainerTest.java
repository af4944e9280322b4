package io.limpet.node.internal.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.Diagnosis;
import io.limpet.link.LinkReport;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerInfo;
import io.limpet.link.PeerReport;
import io.limpet.node.internal.journal.JournalTail;
import io.limpet.node.internal.journal.Moment;
import java.net.InetAddress;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A journal of a real black hole (a veth pair, IPv4 dropped on one side), and others made up. */
class ExplainerTest {
  private static final String MAPLE = "2001:21:2bec:1e34:88de:71f8:7749:8f55";

  /** Two seconds after the repair was given up. */
  private static final Instant NOW = Instant.parse("2026-11-26T02:21:22.100Z");

  private static final Times TIMES = new Times(NOW, ZoneOffset.UTC);

  private static MeshAddress maple() throws UnknownHostException {
    return MeshAddress.of(InetAddress.getByName(MAPLE));
  }

  private static LinkReport link(
      Carrier carrier, boolean outbound, String state, @Nullable Long ageMs, Diagnosis verdict)
      throws UnknownHostException {
    return new LinkReport(
        maple(),
        "v0",
        carrier,
        outbound,
        state,
        ageMs == null ? null : Duration.ofMillis(ageMs),
        outbound ? 0.02 : Double.NaN,
        null,
        1500,
        verdict);
  }

  private static PeerReport report(PathState path, Diagnosis diagnosis, LinkReport... links)
      throws UnknownHostException {
    return new PeerReport(
        new PeerInfo(maple(), Bytes.EMPTY, "maple", 1, Bytes.EMPTY, List.of("10.88.0.2")),
        path,
        diagnosis,
        Duration.ofMillis(300),
        List.of(links));
  }

  private static List<Moment> blackHole() throws URISyntaxException, UnknownHostException {
    Path journal =
        Path.of(
            Objects.requireNonNull(ExplainerTest.class.getResource("black-hole.jsonl")).toURI());
    return new JournalTail(journal).of(maple());
  }

  @Test
  void aBlackHoleIsExplainedByItsJournal() throws Exception {
    PeerReport report =
        report(
            PathState.MULTICAST,
            Diagnosis.UNICAST_BLACKHOLE,
            link(Carrier.MULTICAST_IPV4, true, "confirmed", 200L, Diagnosis.NONE),
            link(Carrier.UNICAST_IPV4, false, "confirmed", 50L, Diagnosis.NONE),
            link(Carrier.UNICAST_IPV4, true, "dead", 4_600L, Diagnosis.UNICAST_BLACKHOLE),
            link(Carrier.MULTICAST_IPV4, false, "unknown", null, Diagnosis.NONE));
    Explanation e = Explainer.explain(MAPLE, "maple", report, blackHole(), TIMES);

    assertThat(e.now())
        .isEqualTo(
            "maple is reached by multicast on v0; unicast to it is dead since 02:21:17 (4.4 s).");
    assertThat(e.why())
        .containsExactly(
            "UNICAST_BLACKHOLE: Unicast vanishes on the way, though this machine's tables are"
                + " right: the radio, its driver or a forwarding table between drops it.",
            "the kernel's entry for 10.88.0.2 is 02:00:00:00:00:77, REACHABLE, and maple's signed"
                + " hello says the same: the table is right (as of 02:21:20)",
            "dead is unicast from here to maple; from maple to here it works",
            "maple last confirmed our unicast 4.6 s ago (IPv4 on v0), 2 % lost",
            "maple's unicast arrived here 0.1 s ago (IPv4 on v0)",
            "maple confirmed our multicast 0.2 s ago (IPv4 on v0), 2 % lost",
            "no multicast of maple has ever arrived here (IPv4 on v0)");
    assertThat(e.events())
        .extracting(told -> TIMES.at(told.time()) + " " + told.text().split("[:;(]", 2)[0].strip())
        .containsExactly(
            "02:21:12 this node was started",
            "02:21:14 unicast IPv4 on v0 to maple carries packets of 1500 bytes",
            "02:21:15 unicast IPv6 on v0 to maple carries packets of 1500 bytes",
            "02:21:17 unicast to maple came into doubt",
            "02:21:17 multicast IPv4 on v0 to maple carries packets of 1500 bytes",
            "02:21:17 repair began",
            "02:21:17 tried",
            "02:21:17 unicast IPv4 on v0 to maple",
            "02:21:17 the verdict on maple",
            "02:21:18 unicast to maple was given up",
            "02:21:18 tried",
            "02:21:18 tried",
            "02:21:18 tried",
            "02:21:20 repair was given up after 2.3 s");
    assertThat(e.next())
        .containsExactly(
            "Repair is tried again in 3.1 s, and at once when maple's hello, the kernel's entry or"
                + " an address changes.",
            "Until then multicast carries what is sent; the first unicast that is confirmed takes"
                + " it over.");
    assertThat(e.advice()).hasSize(3).first().asString().contains("limpet doctor");
  }

  @Test
  void whoeverIsReachedIsSaidToBeAndWhatWasWrongBefore() throws Exception {
    PeerReport report =
        report(
            PathState.UNICAST,
            Diagnosis.NONE,
            link(Carrier.UNICAST_IPV4, true, "confirmed", 50L, Diagnosis.NONE));
    Explanation e = Explainer.explain(MAPLE, "maple", report, List.of(), TIMES);
    assertThat(e.now()).isEqualTo("maple is reached by unicast on v0.");
    assertThat(e.next()).isEmpty();
    assertThat(e.advice()).isEmpty();
  }

  @Test
  void whoeverWasNeverHeardIsSaidSo() {
    Explanation e = Explainer.explain(MAPLE, "maple", null, List.of(), TIMES);
    assertThat(e.path()).isEqualTo("NONE");
    assertThat(e.now()).isEqualTo("This node has not heard maple since it was started.");
    assertThat(e.advice()).isNotEmpty();
  }

  @Test
  void silenceIsSaidWithItsLength() throws Exception {
    Explanation e =
        Explainer.explain(
            MAPLE, "maple", report(PathState.SILENT, Diagnosis.PEER_GONE), List.of(), TIMES);
    assertThat(e.now()).isEqualTo("Nothing is heard of maple since 02:21:21 (0.3 s).");
    assertThat(e.next()).singleElement().asString().contains("every way to it is tried");
  }

  @ParameterizedTest
  @EnumSource(Diagnosis.class)
  void everyVerdictIsExplainedInEveryState(Diagnosis diagnosis) throws Exception {
    for (PathState path : PathState.values()) {
      Explanation e =
          Explainer.explain(MAPLE, "maple", report(path, diagnosis), blackHole(), TIMES);
      assertThat(e.now()).contains("maple").endsWith(".");
      assertThat(e.diagnosis()).isEqualTo(diagnosis.name());
      assertThat(e.why()).isNotEmpty();
    }
  }

  @Test
  void theDeadDirectionIsNamed() throws Exception {
    PeerReport report =
        report(
            PathState.UNICAST,
            Diagnosis.ASYMMETRIC,
            link(Carrier.UNICAST_IPV4, true, "confirmed", 50L, Diagnosis.NONE),
            link(Carrier.UNICAST_IPV4, false, "dead", 9_000L, Diagnosis.ASYMMETRIC));
    assertThat(Explainer.explain(MAPLE, "maple", report, List.of(), TIMES).why())
        .contains("dead is unicast from maple to here; from here to maple it works");
  }
}

package io.limpet.node.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTailTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
  private static final String MAPLE = "2001:20:0:0:0:0:0:1";
  private static final String ELM = "2001:20:0:0:0:0:0:2";

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;

  private static MeshAddress address(String text) {
    return MeshAddress.of(NetUtil.createInetAddressFromIpAddressString(text));
  }

  static JournalEvent.PathChanged path(String peer, String to) {
    return new JournalEvent.PathChanged(
        peer, "maple", "UNICAST", to, "wlan0", "MULTICAST_IPV4", "only multicast is confirmed");
  }

  /** One of every kind that tells how a peer is reached. */
  private static List<JournalEvent> everyKind() {
    Map<String, String> evidence = Map.of("ip", "10.0.0.2");
    return List.of(
        new JournalEvent.NodeReady("oak", "a", 3, 7464, List.of("wlan0", "eth0"), "/h", 7, 80),
        new JournalEvent.NodeStopped("oak", "a", 80),
        new JournalEvent.NodeResumed(4_000),
        new JournalEvent.PeerPresence("suspect", MAPLE, "maple", 7, "2 hellos missed"),
        path(MAPLE, "MULTICAST"),
        new JournalEvent.PathMtuChanged(
            MAPLE, "maple", "wlan0", "UNICAST_IPV4", 1_228, 1_500, "a probe was confirmed"),
        new JournalEvent.Diagnosed(
            "link",
            MAPLE,
            "maple",
            "wlan0",
            "UNICAST_IPV4",
            "out",
            "NONE",
            "UNICAST_BLACKHOLE",
            evidence),
        new JournalEvent.Diagnosed(
            "interface",
            null,
            null,
            "wlan0",
            "MULTICAST_IPV4",
            null,
            "NONE",
            "SELF_DEAF",
            evidence),
        new JournalEvent.Repair(
            "step", MAPLE, "maple", "NEIGHBOUR_STALE", "nudge", "done", null, evidence),
        new JournalEvent.Repair(
            "succeeded", MAPLE, "maple", "NEIGHBOUR_STALE", null, null, 120L, evidence),
        new JournalEvent.Address("removed", "wlan0", "10.0.0.1"),
        new JournalEvent.Connection("suspect", MAPLE, "maple", 1, 2, "no answer"));
  }

  private Path write(List<JournalEvent> events, int maxFileBytes) {
    Path path = folder.resolve("journal.jsonl");
    try (Journal journal =
        new Journal(
            new RotatingFile(path, new RotatingFile.Limits(maxFileBytes, 3, null), CLOCK),
            null,
            null,
            CLOCK)) {
      events.forEach(journal::record);
    }
    return path;
  }

  @Test
  void whatWasWrittenIsReadBackAsItWas() {
    Path path = write(everyKind(), 1 << 20);
    assertThat(new JournalTail(path).of(address(MAPLE)))
        .containsExactlyElementsOf(everyKind().stream().map(e -> new Moment(NOW, e)).toList());
    assertThat(new JournalTail(path).newest()).isEqualTo(NOW);
  }

  @Test
  void ofOtherPeersAndOfTalkNothingIsRead() {
    Path path =
        write(
            List.of(
                path(ELM, "MULTICAST"),
                new JournalEvent.ActivitySaid("x", MAPLE, "maple", 1),
                new JournalEvent.Connection("opened", MAPLE, "maple", 1, 2, null),
                path(MAPLE, "UNICAST")),
            1 << 20);
    assertThat(new JournalTail(path).of(address(MAPLE)))
        .extracting(Moment::event)
        .containsExactly(path(MAPLE, "UNICAST"));
  }

  @Test
  void theFileThatWasRotatedAwayIsReadFirst() {
    Path path = write(List.of(path(MAPLE, "SUSPECT"), path(MAPLE, "MULTICAST")), 10);
    assertThat(Files.exists(folder.resolve("journal.jsonl.1"))).isTrue();
    assertThat(new JournalTail(path).of(address(MAPLE)))
        .extracting(moment -> ((JournalEvent.PathChanged) moment.event()).to())
        .containsExactly("SUSPECT", "MULTICAST");
  }

  @Test
  void aDamagedLineIsPassedOver() throws IOException {
    Path path = write(List.of(path(MAPLE, "SUSPECT")), 1 << 20);
    Files.writeString(
        path,
        """
        {"time":"2026
        {}
        [1]
        "path."
        {"time":"soon","event":"path.changed"}
        {"time":"2026-03-01T12:00:00Z","event":"."}
        {"time":"2026-03-01T12:00:00Z","event":"repair.step","evidence":7}
        \0
        """,
        StandardCharsets.UTF_8,
        StandardOpenOption.APPEND);
    assertThat(new JournalTail(path).of(address(MAPLE)))
        .extracting(Moment::event)
        .containsExactly(path(MAPLE, "SUSPECT"));
  }

  @Test
  void whereThereIsNoJournalThereIsNoPast() {
    assertThat(new JournalTail(folder.resolve("none.jsonl")).of(address(MAPLE))).isEmpty();
    assertThat(new JournalTail(folder.resolve("none.jsonl")).newest()).isNull();
  }
}

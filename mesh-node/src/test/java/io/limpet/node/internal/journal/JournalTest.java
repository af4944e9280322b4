package io.limpet.node.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  @Test
  void anEventIsOneJsonLineInTheFileAndForTheListener() throws IOException {
    Path path = folder.resolve("journal.jsonl");
    List<String> copied = new CopyOnWriteArrayList<>();
    try (Journal journal = new Journal(new RotatingFile(path, 1 << 20, 1), copied::add, CLOCK)) {
      journal.record(
          new JournalEvent.Repair(
              "started",
              "2001:20::1",
              "elm",
              "NEIGHBOUR_STALE",
              null,
              null,
              null,
              Map.of("entryMac", "02:00:00:00:00:01")));
      journal.record(new JournalEvent.PeerPresence("online", "2001:20::1", "elm", 7, "hello"));
    }
    List<String> lines = Files.readAllLines(path);
    assertThat(lines).hasSize(2);
    assertThat(copied).containsExactlyElementsOf(lines);
    JsonNode repair = new ObjectMapper().readTree(lines.get(0));
    assertThat(repair.path("time").asText()).isEqualTo("2026-01-02T03:04:05.678901Z");
    assertThat(repair.path("event").asText()).isEqualTo("repair.started");
    assertThat(repair.path("peerName").asText()).isEqualTo("elm");
    assertThat(repair.path("evidence").path("entryMac").asText()).isEqualTo("02:00:00:00:00:01");
    assertThat(repair.has("step")).isFalse();
    assertThat(repair.has("change")).isFalse();
    JsonNode online = new ObjectMapper().readTree(lines.get(1));
    assertThat(online.path("event").asText()).isEqualTo("peer.online");
    assertThat(online.path("peerEpoch").asLong()).isEqualTo(7);
  }

  @Test
  void aVerdictSaysWhatItConcernsAndLeavesOutTheRest() throws IOException {
    Path path = folder.resolve("journal.jsonl");
    try (Journal journal = new Journal(new RotatingFile(path, 1 << 20, 1), null, CLOCK)) {
      journal.record(
          new JournalEvent.Diagnosed(
              "interface",
              null,
              null,
              "wlan0",
              "MULTICAST_IPV4",
              null,
              "NONE",
              "SELF_DEAF",
              Map.of("unheard", "3")));
    }
    JsonNode told = new ObjectMapper().readTree(Files.readAllLines(path).get(0));
    assertThat(told.path("event").asText()).isEqualTo("interface.diagnosed");
    assertThat(told.path("interface").asText()).isEqualTo("wlan0");
    assertThat(told.path("to").asText()).isEqualTo("SELF_DEAF");
    assertThat(told.has("peer")).isFalse();
    assertThat(told.has("direction")).isFalse();
    assertThat(told.has("subject")).isFalse();
  }
}

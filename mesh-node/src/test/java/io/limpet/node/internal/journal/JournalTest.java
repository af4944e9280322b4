package io.limpet.node.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.limpet.node.internal.privacy.Pseudonyms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  private static Journal journal(
      Path path, @Nullable Consumer<String> copy, @Nullable Pseudonyms pseudonyms) {
    RotatingFile.Limits limits = new RotatingFile.Limits(1 << 20, 1, null);
    return new Journal(new RotatingFile(path, limits, CLOCK), copy, pseudonyms, CLOCK);
  }

  @Test
  void aPrivateJournalHasPseudonymsAndItsMemoryHasTheNames() throws IOException {
    Path path = folder.resolve("journal.jsonl");
    List<String> copied = new CopyOnWriteArrayList<>();
    JournalEvent.PeerPresence elm =
        new JournalEvent.PeerPresence("online", "2001:20::1", "elm", 7, "hello of elm, 10.0.0.2");
    try (Journal journal = journal(path, copied::add, new Pseudonyms(new byte[32]))) {
      journal.record(elm);
      assertThat(journal.memory().of("2001:20::1")).extracting(Moment::event).containsExactly(elm);
    }
    List<String> lines = Files.readAllLines(path);
    assertThat(lines.get(0)).contains("\"private\":true");
    assertThat(lines.get(1))
        .doesNotContain("elm")
        .doesNotContain("2001:20")
        .doesNotContain("10.0.");
    assertThat(lines.get(1)).contains("\"peer\":\"peer-").contains("\"peerName\":\"peer-");
    assertThat(copied).containsExactly(lines.get(1));
  }

  @Test
  void anEventIsOneJsonLineInTheFileAndForTheListener() throws IOException {
    Path path = folder.resolve("journal.jsonl");
    List<String> copied = new CopyOnWriteArrayList<>();
    try (Journal journal = journal(path, copied::add, null)) {
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
    assertThat(lines).hasSize(3);
    assertThat(copied).containsExactlyElementsOf(lines.subList(1, 3));
    assertThat(lines.get(0))
        .isEqualTo(
            "{\"time\":\"2026-01-02T03:04:05.678901Z\",\"event\":\"journal.opened\",\"schema\":1,"
                + "\"version\":\"0.1.0\",\"private\":false}");
    JsonNode repair = new ObjectMapper().readTree(lines.get(1));
    assertThat(repair.path("time").asText()).isEqualTo("2026-01-02T03:04:05.678901Z");
    assertThat(repair.path("event").asText()).isEqualTo("repair.started");
    assertThat(repair.path("peerName").asText()).isEqualTo("elm");
    assertThat(repair.path("evidence").path("entryMac").asText()).isEqualTo("02:00:00:00:00:01");
    assertThat(repair.has("step")).isFalse();
    assertThat(repair.has("change")).isFalse();
    JsonNode online = new ObjectMapper().readTree(lines.get(2));
    assertThat(online.path("event").asText()).isEqualTo("peer.online");
    assertThat(online.path("peerEpoch").asLong()).isEqualTo(7);
  }

  @Test
  void aVerdictSaysWhatItConcernsAndLeavesOutTheRest() throws IOException {
    Path path = folder.resolve("journal.jsonl");
    try (Journal journal = journal(path, null, null)) {
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
    JsonNode told = new ObjectMapper().readTree(Files.readAllLines(path).get(1));
    assertThat(told.path("event").asText()).isEqualTo("interface.diagnosed");
    assertThat(told.path("interface").asText()).isEqualTo("wlan0");
    assertThat(told.path("to").asText()).isEqualTo("SELF_DEAF");
    assertThat(told.has("peer")).isFalse();
    assertThat(told.has("direction")).isFalse();
    assertThat(told.has("subject")).isFalse();
  }
}

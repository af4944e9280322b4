package io.limpet.node.internal.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.Invitation;
import io.limpet.link.Carrier;
import io.limpet.link.Diagnosis;
import io.limpet.link.PathState;
import io.limpet.node.internal.privacy.Pseudonyms;
import io.limpet.tcp.ConnectionListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema of the journal says what the code writes, and the page on it says what both do. */
class JournalSchemaTest {
  private static final String ELM = "2001:20:0:0:0:0:0:1";
  private static final Map<String, String> EVIDENCE = Map.of("ip", "10.0.0.2", "steps", "2");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05.678901Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  /** One of every name that the code gives to an event, with and without what may be left out. */
  private static List<JournalEvent> examples() {
    List<JournalEvent> all =
        new ArrayList<>(
            List.of(
                new JournalEvent.JournalOpened(JournalEvent.SCHEMA, "0.1.0", false),
                new JournalEvent.NodeReady("oak", ELM, 3, 7464, List.of("wlan0"), "/home/o", 7, 80),
                new JournalEvent.NodeStopped("oak", ELM, 80),
                new JournalEvent.NodeResumed(4_000),
                new JournalEvent.PathMtuChanged(
                    ELM, "elm", "wlan0", "UNICAST_IPV4", 1_228, 1_500, "a probe was confirmed"),
                new JournalEvent.LinkMeasured(
                    ELM, "elm", "wlan0", "UNICAST_IPV4", "confirmed", 2.5, 0.01),
                new JournalEvent.LinkMeasured(
                    ELM, "elm", "wlan0", "MULTICAST_IPV6", "unknown", null, null),
                new JournalEvent.ConnectionMeasured(
                    ELM, "elm", 1, 65_535, 5_000, 1_000_000, 0, 3.25, 0.5, 7),
                new JournalEvent.ActivitySaid("a", ELM, "elm", 4),
                new JournalEvent.StoreDamaged("/h/i.db", "/h/i.db.damaged", "not a database"),
                new JournalEvent.SecurityRejected("bad signature", "10.0.0.9:7464", 3),
                new JournalEvent.JournalDropped(12)));
    for (PathState to : PathState.values()) {
      all.add(path(to, "wlan0", Carrier.UNICAST_IPV6.name()));
      all.add(path(to, null, null));
    }
    for (Diagnosis to : Diagnosis.values()) {
      all.add(diagnosed("peer", ELM, null, null, null, to));
      all.add(diagnosed("link", ELM, "wlan0", "UNICAST_IPV4", "in", to));
      all.add(diagnosed("interface", null, "wlan0", "MULTICAST_IPV4", null, to));
    }
    for (String change : List.of("online", "suspect", "offline", "restarted", "keyChanged")) {
      all.add(new JournalEvent.PeerPresence(change, ELM, "elm", 7, "hello"));
    }
    for (String change : List.of("here", "gone", "said")) {
      all.add(new JournalEvent.Plain(change, "ash@pc", "ash"));
    }
    all.add(repair("started", null, null, null));
    all.add(repair("step", "nudge", "done", null));
    all.add(repair("succeeded", null, null, 120L));
    all.add(repair("gaveup", null, null, 120L));
    all.add(new JournalEvent.Address("added", "wlan0", "10.0.0.1"));
    all.add(new JournalEvent.Address("removed", "wlan0", "fe80::1"));
    for (ConnectionListener.Change change : ConnectionListener.Change.values()) {
      boolean closed = change == ConnectionListener.Change.CLOSED;
      all.add(
          new JournalEvent.Connection(
              lower(change), ELM, "elm", 1, 2, closed ? "reset by the peer" : null));
    }
    Set<String> states = new TreeSet<>(Set.of("received"));
    Arrays.stream(Invitation.State.values()).forEach(state -> states.add(lower(state)));
    Arrays.stream(ChatInvitation.State.values()).forEach(state -> states.add(lower(state)));
    for (String state : states) {
      all.add(
          new JournalEvent.InvitationChange(
              state,
              "i",
              ELM,
              "elm",
              state.equals("told") ? "ash@pc" : ELM,
              "ash",
              "a",
              "t",
              "no"));
      all.add(new JournalEvent.InvitationChange(state, "i", ELM, "elm", ELM, "e", "a", "t", null));
    }
    for (String change : List.of("opened", "closed")) {
      all.add(new JournalEvent.Port(change, "expose", "22", "127.0.0.1:22", "known"));
      all.add(new JournalEvent.Port(change, "socks", "127.0.0.1:1080", null, null));
    }
    all.add(stream("opened", ELM, null, null, null));
    all.add(stream("closed", ELM, 7L, null, null));
    all.add(stream("closed", ELM, 7L, "reset by the peer", null));
    all.add(stream("refused", ELM, null, "nothing is exposed as 22 there", 3L));
    all.add(stream("refused", null, null, "nobody goes by that name", 1L));
    for (String change : List.of("started", "sent", "received")) {
      all.add(new JournalEvent.File(change, ELM, "elm", 9, 7, null));
    }
    for (String change : List.of("interrupted", "refused")) {
      all.add(new JournalEvent.File(change, ELM, "elm", 9, 7, "the peer restarted"));
    }
    for (String change : "shared joined refused left removed ended".split(" ", -1)) {
      all.add(new JournalEvent.ActivityChange(change, "a", "lunch", null, 2));
    }
    for (String change :
        "memberJoined memberLeft memberSlow memberCaughtUp stateTaken messagesMissed"
            .split(" ", -1)) {
      all.add(new JournalEvent.ActivityChange(change, "a", "lunch", ELM, 2));
    }
    return all;
  }

  private static JournalEvent stream(
      String change,
      @Nullable String peer,
      @Nullable Long bytes,
      @Nullable String reason,
      @Nullable Long count) {
    String name = peer == null ? null : "elm";
    return new JournalEvent.Stream(
        change, "forward", peer, name, "22", bytes, bytes, reason, count);
  }

  private static String lower(Enum<?> state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static JournalEvent path(
      PathState to, @Nullable String interfaceName, @Nullable String carrier) {
    return new JournalEvent.PathChanged(
        ELM, "elm", "UNKNOWN", to.name(), interfaceName, carrier, "unicast was confirmed");
  }

  private static JournalEvent diagnosed(
      String subject,
      @Nullable String peer,
      @Nullable String interfaceName,
      @Nullable String carrier,
      @Nullable String direction,
      Diagnosis to) {
    return new JournalEvent.Diagnosed(
        subject,
        peer,
        peer == null ? null : "elm",
        interfaceName,
        carrier,
        direction,
        "NONE",
        to.name(),
        EVIDENCE);
  }

  private static JournalEvent repair(
      String change, @Nullable String step, @Nullable String outcome, @Nullable Long tookMs) {
    return new JournalEvent.Repair(
        change, ELM, "elm", "NEIGHBOUR_STALE", step, outcome, tookMs, EVIDENCE);
  }

  private static JsonNode schemaFile() throws IOException {
    try (InputStream in =
        JournalEvent.class.getResourceAsStream("/io/limpet/node/journal.schema.json")) {
      return MAPPER.readTree(in);
    }
  }

  private static Schema schema() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schemaFile());
  }

  private List<JsonNode> written(@Nullable Pseudonyms pseudonyms) throws IOException {
    Path path = folder.resolve("journal.jsonl");
    RotatingFile.Limits limits = new RotatingFile.Limits(1 << 20, 1, null);
    try (Journal journal =
        new Journal(new RotatingFile(path, limits, CLOCK), null, pseudonyms, CLOCK)) {
      examples().forEach(journal::record);
    }
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(path)) {
      lines.add(MAPPER.readTree(line));
    }
    assertThat(lines).hasSize(examples().size() + 1);
    return lines;
  }

  /** The names of all events that the schema knows, with their fields. */
  private static Map<String, Set<String>> described() throws IOException {
    Map<String, Set<String>> events = new TreeMap<>();
    for (JsonNode definition : schemaFile().path("$defs")) {
      JsonNode name = definition.path("properties").path("event");
      Set<String> fields = new TreeSet<>();
      definition.path("properties").fieldNames().forEachRemaining(fields::add);
      if (name.has("const")) {
        events.put(name.path("const").asText(), fields);
      }
      name.path("enum").forEach(one -> events.put(one.asText(), fields));
    }
    return events;
  }

  @Test
  void everyKindOfEventHasAnExample() {
    Set<Class<?>> shown = new HashSet<>();
    examples().forEach(event -> shown.add(event.getClass()));
    assertThat(shown).containsExactlyInAnyOrder(JournalEvent.class.getPermittedSubclasses());
  }

  @Test
  void everyEventThatTheCodeWritesIsValid() throws IOException {
    Schema schema = schema();
    for (JsonNode line : written(null)) {
      assertThat(schema.validate(line)).as(line.toString()).isEmpty();
    }
  }

  @Test
  void everyEventIsReadBackAsItWas() throws IOException {
    List<JournalEvent> read = new ArrayList<>();
    written(null)
        .forEach(
            line -> read.add(Objects.requireNonNull(JournalReader.read(line.toString())).event()));
    assertThat(read.subList(1, read.size())).isEqualTo(examples());
  }

  @Test
  void aPrivateJournalIsAsValid() throws IOException {
    Schema schema = schema();
    for (JsonNode line : written(new Pseudonyms(new byte[32]))) {
      assertThat(schema.validate(line)).as(line.toString()).isEmpty();
      assertThat(line.toString())
          .doesNotContain("elm")
          .doesNotContain("10.0.0")
          .doesNotContain(ELM);
    }
  }

  @Test
  void theSchemaDescribesNothingThatTheCodeDoesNotWrite() throws IOException {
    Map<String, Set<String>> seen = new TreeMap<>();
    for (JsonNode line : written(null)) {
      Set<String> fields = seen.computeIfAbsent(line.path("event").asText(), e -> new TreeSet<>());
      line.fieldNames().forEachRemaining(fields::add);
    }
    assertThat(seen).isEqualTo(described());
  }

  @Test
  void aLineThatLacksAFieldOrHasAnotherIsNotValid() throws IOException {
    Schema schema = schema();
    for (JsonNode line : written(null)) {
      ObjectNode spoilt = line.deepCopy();
      spoilt.put("surprise", 1);
      assertThat(schema.validate(spoilt)).as(spoilt.toString()).isNotEmpty();
      spoilt = line.deepCopy();
      spoilt.remove("event");
      assertThat(schema.validate(spoilt)).as(spoilt.toString()).isNotEmpty();
    }
  }

  @Test
  void thePageOnTheJournalNamesEveryEventAndEveryField() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "journal.md"));
    Map<String, Set<String>> events = described();
    assertThat(events).hasSizeGreaterThan(40);
    events.forEach(
        (event, fields) -> {
          assertThat(page).contains("`" + event + "`");
          fields.forEach(field -> assertThat(page).as(event).contains("`" + field + "`"));
        });
  }
}

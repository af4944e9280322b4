package io.limpet.node.internal.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads back the end of a journal: what happened on the way to a peer before this node was started,
 * or longer ago than it remembers. Blocking, bounded; safe for any thread.
 */
public final class JournalTail {
  private static final int MAX_BYTES = 4 << 20;
  private static final int LAST_BYTES = 64 << 10;
  private static final int MAX_MOMENTS = 256;

  private final ObjectMapper mapper = JsonMapper.builder().build();
  private final Path present;
  private final Path previous;

  /** Reads the journal whose present file this is. */
  public JournalTail(Path present) {
    this.present = present;
    this.previous = present.resolveSibling(present.getFileName() + ".1");
  }

  /**
   * Returns the newest events that concern a peer or all peers, oldest first; none where nothing
   * can be read. A line that is damaged is passed over.
   *
   * @param peer its address
   */
  public List<Moment> of(String peer) {
    Deque<Moment> found = new ArrayDeque<>();
    byte[] newer = end(present, MAX_BYTES);
    collect(end(previous, MAX_BYTES - newer.length), peer, found);
    collect(newer, peer, found);
    return new ArrayList<>(found);
  }

  /** Returns the time of the newest line, or null when none can be read. */
  public @Nullable Instant newest() {
    Instant newest = null;
    for (String line : new String(end(present, LAST_BYTES), UTF_8).split("\n", -1)) {
      Moment moment = read(line);
      newest = moment == null ? newest : moment.time();
    }
    return newest;
  }

  private void collect(byte[] lines, String peer, Deque<Moment> found) {
    for (String line : new String(lines, UTF_8).split("\n", -1)) {
      if (line.contains(peer) || !line.contains("\"peer\":")) {
        Moment moment = read(line);
        if (moment != null && JournalMemory.isTelling(moment.event()) && concerns(moment, peer)) {
          found.addLast(moment);
          if (found.size() > MAX_MOMENTS) {
            found.removeFirst();
          }
        }
      }
    }
  }

  private static boolean concerns(Moment moment, String peer) {
    String of = moment.event().peer();
    return of == null || of.equals(peer);
  }

  private static byte[] end(Path file, int maxBytes) {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      channel.position(Math.max(0, channel.size() - maxBytes));
      ByteBuffer bytes =
          ByteBuffer.allocate((int) Math.min(maxBytes, channel.size() - channel.position()));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // A channel may give less than was asked for.
      }
      byte[] read = new byte[bytes.position()];
      bytes.flip().get(read);
      return read;
    } catch (IOException e) {
      return new byte[0];
    }
  }

  /** Returns what a line tells, or null when it is damaged or of no interest here. */
  @Nullable Moment read(String line) {
    if (line.isBlank()) {
      return null;
    }
    try {
      JsonNode json = mapper.readTree(line);
      JournalEvent event = event(json);
      return event == null ? null : new Moment(Instant.parse(json.path("time").asText()), event);
    } catch (JsonProcessingException | DateTimeParseException e) {
      return null;
    }
  }

  private static @Nullable JournalEvent event(JsonNode json) {
    String name = json.path("event").asText();
    int dot = name.indexOf('.');
    String change = name.substring(dot + 1);
    if (change.equals("diagnosed")) {
      return new JournalEvent.Diagnosed(
          name.substring(0, dot),
          text(json, "peer"),
          text(json, "peerName"),
          text(json, "interface"),
          text(json, "carrier"),
          text(json, "direction"),
          json.path("from").asText(),
          json.path("to").asText(),
          evidence(json));
    }
    return switch (name.substring(0, Math.max(0, dot))) {
      case "node" -> ofNode(change, json);
      case "peer" ->
          new JournalEvent.PeerPresence(
              change,
              json.path("peer").asText(),
              json.path("peerName").asText(),
              json.path("peerEpoch").asLong(),
              json.path("evidence").asText());
      case "path" -> ofPath(change, json);
      case "repair" ->
          new JournalEvent.Repair(
              change,
              json.path("peer").asText(),
              json.path("peerName").asText(),
              json.path("diagnosis").asText(),
              text(json, "step"),
              text(json, "outcome"),
              json.path("tookMs").isNumber() ? json.path("tookMs").asLong() : null,
              evidence(json));
      case "address" ->
          new JournalEvent.Address(
              change, json.path("interface").asText(), json.path("address").asText());
      case "connection" ->
          new JournalEvent.Connection(
              change,
              json.path("peer").asText(),
              json.path("peerName").asText(),
              json.path("localPort").asInt(),
              json.path("remotePort").asInt(),
              text(json, "reason"));
      default -> null;
    };
  }

  private static @Nullable JournalEvent ofPath(String change, JsonNode json) {
    return switch (change) {
      case "changed" ->
          new JournalEvent.PathChanged(
              json.path("peer").asText(),
              json.path("peerName").asText(),
              json.path("from").asText(),
              json.path("to").asText(),
              text(json, "interface"),
              text(json, "carrier"),
              json.path("reason").asText());
      case "mtu" ->
          new JournalEvent.PathMtuChanged(
              json.path("peer").asText(),
              json.path("peerName").asText(),
              json.path("interface").asText(),
              json.path("carrier").asText(),
              json.path("previousMtuBytes").asInt(),
              json.path("mtuBytes").asInt(),
              json.path("reason").asText());
      default -> null;
    };
  }

  private static @Nullable JournalEvent ofNode(String change, JsonNode json) {
    return switch (change) {
      case "ready" ->
          new JournalEvent.NodeReady(
              json.path("name").asText(),
              json.path("address").asText(),
              json.path("epoch").asLong(),
              json.path("port").asInt(),
              texts(json.path("interfaces")),
              json.path("home").asText(),
              json.path("pid").asLong(),
              json.path("startMs").asLong());
      case "stopped" ->
          new JournalEvent.NodeStopped(
              json.path("name").asText(),
              json.path("address").asText(),
              json.path("upMs").asLong());
      case "resumed" -> new JournalEvent.NodeResumed(json.path("suspendedMs").asLong());
      default -> null;
    };
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  private static @Nullable String text(JsonNode json, String field) {
    JsonNode value = json.path(field);
    return value.isTextual() ? value.asText() : null;
  }

  private static Map<String, String> evidence(JsonNode json) {
    Map<String, String> evidence = new LinkedHashMap<>();
    json.path("evidence")
        .properties()
        .forEach(entry -> evidence.put(entry.getKey(), entry.getValue().asText()));
    return evidence;
  }
}

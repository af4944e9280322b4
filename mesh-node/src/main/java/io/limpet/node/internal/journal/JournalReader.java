package io.limpet.node.internal.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes events of the lines of a journal again. Whatever a line holds, it throws nothing. */
public final class JournalReader {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private JournalReader() {}

  /** Returns what a line tells, or null when it is damaged or of another version. */
  public static @Nullable Moment read(String line) {
    if (line.isBlank()) {
      return null;
    }
    try {
      JsonNode json = MAPPER.readTree(line);
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
    if (name.equals("connection.measured")) {
      return carried(json);
    }
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
      default -> rarer(name, change, json);
    };
  }

  private static @Nullable JournalEvent rarer(String name, String change, JsonNode json) {
    if (name.equals("activity.said")) {
      return new JournalEvent.ActivitySaid(
          json.path("activity").asText(),
          json.path("from").asText(),
          json.path("fromName").asText(),
          json.path("sequence").asLong());
    }
    return switch (name.substring(0, Math.max(0, name.indexOf('.')))) {
      case "invitation" ->
          new JournalEvent.InvitationChange(
              change,
              json.path("invitation").asText(),
              json.path("from").asText(),
              json.path("fromName").asText(),
              json.path("to").asText(),
              json.path("toName").asText(),
              json.path("activity").asText(),
              json.path("title").asText(),
              text(json, "reason"));
      case "activity" ->
          new JournalEvent.ActivityChange(
              change,
              json.path("activity").asText(),
              json.path("title").asText(),
              text(json, "member"),
              json.path("members").asInt());
      case "plain" ->
          new JournalEvent.Plain(
              change, json.path("person").asText(), json.path("personName").asText());
      case "port" ->
          new JournalEvent.Port(
              change,
              json.path("way").asText(),
              json.path("listening").asText(),
              text(json, "target"),
              text(json, "allowed"));
      case "stream" ->
          new JournalEvent.Stream(
              change,
              json.path("way").asText(),
              text(json, "peer"),
              text(json, "peerName"),
              json.path("service").asText(),
              whole(json, "sentBytes"),
              whole(json, "receivedBytes"),
              text(json, "reason"),
              whole(json, "count"));
      case "file" ->
          new JournalEvent.File(
              change,
              json.path("peer").asText(),
              json.path("peerName").asText(),
              json.path("sizeBytes").asLong(),
              json.path("bytes").asLong(),
              text(json, "reason"));
      case "link" -> measured(json);
      case "store" ->
          new JournalEvent.StoreDamaged(
              json.path("file").asText(),
              json.path("movedTo").asText(),
              json.path("reason").asText());
      case "security" ->
          new JournalEvent.SecurityRejected(
              json.path("reason").asText(),
              json.path("source").asText(),
              json.path("count").asLong());
      case "journal" ->
          change.equals("opened")
              ? new JournalEvent.JournalOpened(
                  json.path("schema").asInt(),
                  json.path("version").asText(),
                  json.path("private").asBoolean())
              : new JournalEvent.JournalDropped(json.path("count").asLong());
      default -> null;
    };
  }

  private static JournalEvent measured(JsonNode json) {
    return new JournalEvent.LinkMeasured(
        json.path("peer").asText(),
        json.path("peerName").asText(),
        json.path("interface").asText(),
        json.path("carrier").asText(),
        json.path("state").asText(),
        number(json, "rttMs"),
        number(json, "loss"));
  }

  private static JournalEvent carried(JsonNode json) {
    return new JournalEvent.ConnectionMeasured(
        json.path("peer").asText(),
        json.path("peerName").asText(),
        json.path("localPort").asInt(),
        json.path("remotePort").asInt(),
        json.path("overMs").asLong(),
        json.path("sentBitsPerSecond").asLong(),
        json.path("receivedBitsPerSecond").asLong(),
        json.path("rttMs").asDouble(),
        json.path("loss").asDouble(),
        json.path("retransmitted").asLong());
  }

  private static @Nullable Long whole(JsonNode json, String field) {
    JsonNode value = json.path(field);
    return value.isNumber() ? value.asLong() : null;
  }

  private static @Nullable Double number(JsonNode json, String field) {
    JsonNode value = json.path(field);
    return value.isNumber() ? value.asDouble() : null;
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

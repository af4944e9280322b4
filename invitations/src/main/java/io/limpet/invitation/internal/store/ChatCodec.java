package io.limpet.invitation.internal.store;

import static io.limpet.invitation.internal.store.JsonFields.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.ChatInvitation.State;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** The record of an invitation by chat as JSON, as {@link SessionCodec} has it. */
final class ChatCodec {
  private ChatCodec() {}

  static byte[] encode(ChatInvitation i) {
    ObjectNode record = JsonFields.record();
    record.put("to", i.to()).put("toName", i.toName());
    record.put("activity", i.activity()).put("type", i.activityType()).put("title", i.title());
    record.put("line", i.line()).put("state", i.state().name());
    ObjectNode times = record.putObject("times");
    i.times().forEach((state, time) -> times.put(state.name(), time.toString()));
    record.put("expires", i.expires().toString());
    return JsonFields.bytes(record);
  }

  /** Reads a record; whatever the bytes, it returns an invitation or throws the one exception. */
  static ChatInvitation decode(String id, byte[] body) throws StoreException {
    try {
      JsonNode record = JsonFields.read(body);
      Map<State, Instant> times = new EnumMap<>(State.class);
      for (Map.Entry<String, JsonNode> time : record.required("times").properties()) {
        times.put(State.valueOf(time.getKey()), Instant.parse(text(time.getValue())));
      }
      return new ChatInvitation(
          id,
          text(record, "to"),
          text(record, "toName"),
          text(record, "activity"),
          text(record, "type"),
          text(record, "title"),
          text(record, "line"),
          State.valueOf(text(record, "state")),
          Collections.unmodifiableMap(times),
          Instant.parse(text(record, "expires")));
    } catch (IOException | RuntimeException e) {
      throw new StoreException("the record of invitation " + id + " cannot be read: " + e, e);
    }
  }
}

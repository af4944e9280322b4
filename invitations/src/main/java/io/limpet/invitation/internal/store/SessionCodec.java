package io.limpet.invitation.internal.store;

import static io.limpet.invitation.internal.store.JsonFields.address;
import static io.limpet.invitation.internal.store.JsonFields.bool;
import static io.limpet.invitation.internal.store.JsonFields.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.internal.invite.InvitationSession;
import io.limpet.invitation.internal.invite.Role;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * An invitation's record as JSON, which people can read with any SQLite tool. Fields may be added;
 * a reader ignores what it does not know. Safe for any thread.
 */
final class SessionCodec {
  private SessionCodec() {}

  static byte[] encode(InvitationSession session) {
    Invitation i = session.invitation();
    ObjectNode record = JsonFields.record();
    record.put("role", session.role().name());
    record.put("from", i.from().toString()).put("fromName", i.fromName());
    record.put("to", i.to().toString()).put("toName", i.toName());
    record.put("activity", i.activity()).put("type", i.activityType()).put("title", i.title());
    record.put("owner", session.owner().toString());
    record.put("state", i.state().name());
    ObjectNode times = record.putObject("times");
    i.times().forEach((state, time) -> times.put(state.name(), time.toString()));
    record.put("expires", i.expires().toString()).put("reason", i.reason());
    record.put("outstanding", session.outstanding());
    return JsonFields.bytes(record);
  }

  /** Reads a record; whatever the bytes, it returns a session or throws the one exception. */
  static InvitationSession decode(String id, byte[] body) throws StoreException {
    try {
      JsonNode record = JsonFields.read(body);
      Map<State, Instant> times = new EnumMap<>(State.class);
      for (Map.Entry<String, JsonNode> time : record.required("times").properties()) {
        times.put(State.valueOf(time.getKey()), Instant.parse(time.getValue().textValue()));
      }
      Invitation invitation =
          new Invitation(
              id,
              address(record, "from"),
              text(record, "fromName"),
              address(record, "to"),
              text(record, "toName"),
              text(record, "activity"),
              text(record, "type"),
              text(record, "title"),
              State.valueOf(text(record, "state")),
              Collections.unmodifiableMap(times),
              Instant.parse(text(record, "expires")),
              text(record, "reason"));
      return new InvitationSession(
          Role.valueOf(text(record, "role")),
          invitation,
          address(record, "owner"),
          bool(record, "outstanding"));
    } catch (IOException | RuntimeException e) {
      throw new StoreException("the record of invitation " + id + " cannot be read: " + e, e);
    }
  }
}

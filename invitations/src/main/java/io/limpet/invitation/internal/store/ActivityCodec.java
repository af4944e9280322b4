package io.limpet.invitation.internal.store;

import static io.limpet.invitation.internal.store.JsonFields.address;
import static io.limpet.invitation.internal.store.JsonFields.bool;
import static io.limpet.invitation.internal.store.JsonFields.number;
import static io.limpet.invitation.internal.store.JsonFields.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.limpet.invitation.internal.activity.ActivityRecord;
import io.limpet.invitation.internal.activity.Descriptor;
import io.limpet.invitation.internal.activity.JoinedActivity;
import io.limpet.invitation.internal.activity.OwnedActivity;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * An activity's record as JSON, which people can read with any SQLite tool. Fields may be added; a
 * reader ignores what it does not know. It holds the secrets of the group's keys, so that no error
 * of a reader quotes it. Safe for any thread.
 */
final class ActivityCodec {
  private ActivityCodec() {}

  static byte[] encode(ActivityRecord activity) {
    Descriptor d = activity.descriptor();
    ObjectNode record = JsonFields.record();
    record.put("type", d.type()).put("title", d.title()).put("owner", d.owner().toString());
    record.put("open", d.open()).put("version", activity.version());
    record.put("retainMs", d.retention().toMillis());
    if (activity instanceof OwnedActivity ours) {
      write(ours, record.put("role", "OWNER"));
    } else if (activity instanceof JoinedActivity theirs) {
      write(theirs, record.put("role", "MEMBER"));
    }
    return JsonFields.bytes(record);
  }

  /** Reads a record; whatever the bytes, it returns an activity or throws the one exception. */
  static ActivityRecord decode(String id, byte[] body) throws StoreException {
    try {
      JsonNode record = JsonFields.read(body);
      Descriptor descriptor =
          new Descriptor(
              id,
              text(record, "type"),
              text(record, "title"),
              address(record, "owner"),
              bool(record, "open"),
              Duration.ofMillis(number(record, "retainMs")));
      return switch (text(record, "role")) {
        case "OWNER" -> owned(descriptor, record);
        case "MEMBER" -> joined(descriptor, record);
        default -> throw new IllegalArgumentException("neither owner nor member");
      };
    } catch (IOException | RuntimeException e) {
      // Only what kind of trouble: a parser may quote what it does not understand.
      throw new StoreException(
          "the record of activity " + id + " cannot be read: " + e.getClass().getSimpleName());
    }
  }

  private static void write(OwnedActivity ours, ObjectNode record) {
    record.put("ended", ours.ended());
    writeVersions(ours.members(), record.putObject("members"));
    writeVersions(ours.farewells(), record.putObject("farewells"));
    writeAddresses(ours.barred(), record.putArray("barred"));
    ours.admitted().forEach(record.putArray("admitted")::add);
    writeKeys(ours.keys(), record.putArray("keys"));
  }

  private static OwnedActivity owned(Descriptor descriptor, JsonNode record) {
    return new OwnedActivity(
        descriptor,
        number(record, "version"),
        bool(record, "ended"),
        versions(record.required("members")),
        versions(record.required("farewells")),
        addresses(record.required("barred")),
        texts(record.required("admitted")),
        keys(record.required("keys")));
  }

  private static void write(JoinedActivity theirs, ObjectNode record) {
    record.put("stage", theirs.stage().name());
    writeAddresses(theirs.members(), record.putArray("members"));
    writeVersions(theirs.departed(), record.putObject("departed"));
    record.put("asked", theirs.asked());
    writePeople(theirs.expected(), record.putObject("expected"));
    theirs.settled().forEach(record.putArray("settled")::add);
    writePeople(theirs.admissions(), record.putObject("admissions"));
    record.put("forgotten", theirs.forgotten());
    writeKeys(theirs.keys(), record.putArray("keys"));
  }

  private static JoinedActivity joined(Descriptor descriptor, JsonNode record) {
    return new JoinedActivity(
        descriptor,
        JoinedActivity.Stage.valueOf(text(record, "stage")),
        number(record, "version"),
        addresses(record.required("members")),
        versions(record.required("departed")),
        bool(record, "asked"),
        people(record.required("expected")),
        texts(record.required("settled")),
        people(record.required("admissions")),
        bool(record, "forgotten"),
        keys(record.required("keys")));
  }

  private static void writeVersions(NavigableMap<MeshAddress, Long> versions, ObjectNode to) {
    versions.forEach((person, version) -> to.put(person.toString(), version));
  }

  private static NavigableMap<MeshAddress, Long> versions(JsonNode node) {
    NavigableMap<MeshAddress, Long> all = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      all.put(address(entry.getKey()), number(entry.getValue()));
    }
    return all;
  }

  private static void writePeople(Map<String, MeshAddress> people, ObjectNode to) {
    people.forEach((invitation, person) -> to.put(invitation, person.toString()));
  }

  private static Map<String, MeshAddress> people(JsonNode node) {
    Map<String, MeshAddress> all = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      all.put(entry.getKey(), address(text(entry.getValue())));
    }
    return all;
  }

  private static void writeAddresses(Collection<MeshAddress> addresses, ArrayNode to) {
    addresses.forEach(address -> to.add(address.toString()));
  }

  private static List<MeshAddress> addresses(JsonNode node) {
    return texts(node).stream().map(JsonFields::address).toList();
  }

  private static List<String> texts(JsonNode node) {
    List<String> all = new ArrayList<>();
    node.forEach(value -> all.add(text(value)));
    return all;
  }

  private static void writeKeys(List<GroupKey> keys, ArrayNode to) {
    for (GroupKey key : keys) {
      ObjectNode one = to.addObject().put("number", key.number());
      one.put("secret", HexFormat.of().formatHex(key.secret().toArray()));
    }
  }

  private static List<GroupKey> keys(JsonNode node) {
    List<GroupKey> all = new ArrayList<>();
    for (JsonNode key : node) {
      Bytes secret = Bytes.of(HexFormat.of().parseHex(text(key, "secret")));
      all.add(new GroupKey(number(key, "number"), secret));
    }
    return all;
  }
}

package io.limpet.invitation.internal.activity;

import io.limpet.invitation.internal.activity.JoinedActivity.Stage;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshGroups.GroupKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A copy of a {@link JoinedActivity} under change. */
final class JoinedDraft {
  private Descriptor descriptor;
  Stage stage;
  private long version;
  List<MeshAddress> members;
  final NavigableMap<MeshAddress, Long> departed;
  boolean asked;
  final Map<String, MeshAddress> expected;
  final List<String> settled;
  final Map<String, MeshAddress> admissions;
  boolean forgotten;
  private List<GroupKey> keys;

  JoinedDraft(JoinedActivity from) {
    descriptor = from.descriptor();
    stage = from.stage();
    version = from.version();
    members = from.members();
    departed = new TreeMap<>(from.departed());
    asked = from.asked();
    expected = new LinkedHashMap<>(from.expected());
    settled = new ArrayList<>(from.settled());
    admissions = new LinkedHashMap<>(from.admissions());
    forgotten = from.forgotten();
    keys = from.keys();
  }

  void beginWaiting() {
    members = List.of(); // nobody needs to be told any more that we left
    stage = Stage.WAITING;
  }

  void forgetMembership() {
    members = List.of();
    departed.clear();
    asked = false;
    expected.clear();
    forgotten = false;
    keys = List.of();
  }

  void take(Message.Members list, boolean listed) {
    descriptor =
        new Descriptor(
            descriptor.id(),
            list.type(),
            list.title(),
            descriptor.owner(),
            list.open(),
            Duration.ofMillis(list.retainMs()));
    version = list.version();
    forgotten = false;
    departed.values().removeIf(knew -> knew < version);
    if (listed) {
      members = list.members();
      keys = merged(list.keys());
    }
  }

  /** What others have sealed with the last keys may still be on its way. */
  private List<GroupKey> merged(List<GroupKey> given) {
    NavigableMap<Long, GroupKey> all = new TreeMap<>(Collections.reverseOrder());
    keys.forEach(k -> all.put(k.number(), k));
    given.forEach(k -> all.put(k.number(), k));
    return all.values().stream().limit(MeshGroups.MAX_KEYS).toList();
  }

  JoinedActivity done() {
    return new JoinedActivity(
        descriptor,
        stage,
        version,
        members,
        departed,
        asked,
        expected,
        settled,
        admissions,
        forgotten,
        keys);
  }
}

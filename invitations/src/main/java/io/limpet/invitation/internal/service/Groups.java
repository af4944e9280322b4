package io.limpet.invitation.internal.service;

import io.limpet.invitation.Line;
import io.limpet.invitation.internal.activity.Membership;
import io.limpet.invitation.internal.group.GroupChannel;
import io.limpet.invitation.internal.group.GroupLimits;
import io.limpet.invitation.internal.group.GroupOutput;
import io.limpet.link.MeshAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The channels of all activities that this node is or was in. */
final class Groups {
  /** Channels of activities that we are not in any more are kept so that nothing comes twice. */
  private static final int MAX_CHANNELS = 600;

  private final Identity self;
  private final GroupOutput out;
  private final Map<String, GroupChannel> channels = new LinkedHashMap<>();
  private final Map<String, Boolean> active = new LinkedHashMap<>();

  Groups(Identity self, GroupOutput out) {
    this.self = self;
    this.out = out;
  }

  /** Takes a new list of members. */
  void onMembership(Membership membership) {
    String activity = membership.activity();
    active.put(activity, !membership.members().isEmpty());
    channel(activity).setMembers(membership.members());
  }

  /** Returns the channel of an activity, made when there is none. */
  GroupChannel channel(String activity) {
    GroupChannel known = channels.get(activity);
    if (known == null) {
      makeRoom();
      known = new GroupChannel(activity, self.address(), self.epoch(), GroupLimits.defaults(), out);
      channels.put(activity, known);
    }
    return known;
  }

  Optional<GroupChannel> known(String activity) {
    return Optional.ofNullable(channels.get(activity));
  }

  List<Line> lines(String activity) {
    return known(activity).map(GroupChannel::lines).orElse(List.of());
  }

  void acknowledge(MeshAddress peer) {
    channels.values().forEach(c -> c.acknowledge(peer));
  }

  void resend(MeshAddress peer) {
    channels.values().forEach(c -> c.resend(peer));
  }

  boolean hasWork(MeshAddress peer) {
    return channels.values().stream().anyMatch(c -> c.hasWork(peer));
  }

  private void makeRoom() {
    Iterator<String> oldest = channels.keySet().iterator();
    while (channels.size() >= MAX_CHANNELS && oldest.hasNext()) {
      String id = oldest.next();
      if (!active.getOrDefault(id, false)) {
        oldest.remove();
        active.remove(id);
      }
    }
  }
}

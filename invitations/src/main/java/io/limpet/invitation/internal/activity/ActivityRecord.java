package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What the store keeps of one activity. All are immutable values. */
public sealed interface ActivityRecord permits OwnedActivity, JoinedActivity {
  /** Returns what does not change about it. */
  Descriptor descriptor();

  /** Returns the newest version of the members that is known here. */
  long version();

  /** Returns the identifier. */
  default String id() {
    return descriptor().id();
  }

  /** Returns what the application sees. */
  Activity activity();

  /** Returns what the channel is to know. */
  Membership membership();

  /** Returns a membership of these, who have these keys. */
  default Membership membership(Collection<MeshAddress> members, List<GroupKey> keys) {
    Descriptor d = descriptor();
    return new Membership(id(), d.owner(), version(), List.copyOf(members), keys, d.retention());
  }

  /** Says whether nothing would be lost with this record. */
  boolean isOver();

  /** Returns those to whom something may be unanswered. */
  Set<MeshAddress> correspondents();
}

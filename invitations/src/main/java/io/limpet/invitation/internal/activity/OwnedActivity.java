package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.invitation.internal.wire.Limits;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The owner's side of an activity: its list is the source. Every change raises the version; the
 * list is said again to each addressee until it acknowledges the newest version.
 *
 * <p>Who was removed stays an addressee until it has seen the list without itself.
 */
final class OwnedActivity {
  private static final int ADMISSIONS_KEPT = 1024;

  private final Descriptor descriptor;
  private final MeshAddress self;
  private final long epoch;
  private final ActivityOutput out;
  private final Set<MeshAddress> members = new TreeSet<>();
  private final Map<MeshAddress, Long> seen = new HashMap<>();
  private final Set<String> admitted = new LinkedHashSet<>();
  private long version = 1;
  private boolean ended;

  OwnedActivity(Descriptor descriptor, long epoch, ActivityOutput out) {
    this.descriptor = descriptor;
    this.self = descriptor.owner();
    this.epoch = epoch;
    this.out = out;
    members.add(self);
  }

  Descriptor descriptor() {
    return descriptor;
  }

  Activity activity() {
    return descriptor.activity(members, !ended);
  }

  boolean isEnded() {
    return ended;
  }

  /** Says whether an ended activity is still owed to somebody. */
  boolean isSettled() {
    return seen.values().stream().allMatch(v -> v >= version);
  }

  boolean isMember(MeshAddress person) {
    return members.contains(person);
  }

  boolean isFull() {
    return members.size() >= Limits.MAX_MEMBERS;
  }

  /** Makes somebody a member, or tells a member once more that it is one. */
  void add(MeshAddress person) {
    if (ended || (!members.contains(person) && isFull())) {
      out.send(person, new Message.JoinRefused(descriptor.id(), ended ? "it has ended" : "full"));
      return;
    }
    if (!members.add(person)) {
      sayAgain(person);
      return;
    }
    seen.put(person, 0L);
    changed();
    out.memberChanged(activity(), person, true);
  }

  /** Adds whom a member invited; the same invitation admits once, however often it is said. */
  void admit(MeshAddress by, MeshAddress person, String invitation) {
    if (!members.contains(by)) {
      out.send(by, new Message.NotMember(descriptor.id()));
      return;
    }
    if (admitted.add(invitation)) {
      add(person);
      if (admitted.size() > ADMISSIONS_KEPT) {
        admitted.remove(admitted.iterator().next());
      }
    }
    out.send(by, new Message.Admitted(descriptor.id(), invitation));
  }

  /** Removes who leaves, or who says that it knows nothing of this activity. */
  void remove(MeshAddress person, boolean tellIt) {
    if (person.equals(self)) {
      return;
    }
    if (!members.remove(person)) {
      if (!tellIt) {
        seen.remove(person);
      } else if (seen.containsKey(person)) {
        sayTo(person);
      } else {
        // A stranger is told nothing of who is in it.
        out.send(person, new Message.NotMember(descriptor.id()));
      }
      return;
    }
    if (tellIt) {
      seen.put(person, 0L);
    } else {
      seen.remove(person);
    }
    changed();
    out.memberChanged(activity(), person, false);
  }

  /** Ends it for everybody. */
  void end() {
    ended = true;
    members.clear();
    changed();
  }

  void onSeen(MeshAddress peer, Message.MembersSeen message) {
    if (message.ownerEpoch() != epoch || message.version() > version) {
      out.violation(peer, "acknowledges a list that never was");
      return;
    }
    if (!seen.containsKey(peer)) {
      return;
    }
    if (message.version() >= version && !members.contains(peer)) {
      seen.remove(peer);
    } else {
      seen.merge(peer, message.version(), Math::max);
    }
  }

  /** This person may have forgotten the list: it is said again, and the answer will tell. */
  void onPeerRestarted(MeshAddress peer) {
    seen.computeIfPresent(peer, (who, has) -> 0L);
  }

  boolean hasWork(MeshAddress peer) {
    Long acknowledged = seen.get(peer);
    return acknowledged != null && acknowledged < version;
  }

  void resend(MeshAddress peer) {
    if (hasWork(peer)) {
      sayTo(peer);
    }
  }

  private void changed() {
    version++;
    List<MeshAddress> addressees = new ArrayList<>(seen.keySet());
    addressees.sort(null);
    addressees.forEach(this::sayTo);
    out.membership(activity());
  }

  /**
   * Tells a member that asks (again) that it is one. It may have left and come back without our
   * hearing of it, and then wants a version that it has not seen; for all others nothing changed.
   */
  private void sayAgain(MeshAddress person) {
    long before = version++;
    seen.replaceAll((who, has) -> has == before && !who.equals(person) ? version : has);
    sayTo(person);
  }

  private void sayTo(MeshAddress person) {
    out.send(
        person,
        new Message.Members(
            descriptor.id(),
            descriptor.type(),
            descriptor.title(),
            descriptor.open(),
            ended,
            epoch,
            version,
            List.copyOf(members)));
  }
}

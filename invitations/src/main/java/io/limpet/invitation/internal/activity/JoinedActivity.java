package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A member's side of an activity that somebody else owns: a copy of the owner's list.
 *
 * <p>When the owner has forgotten the activity (it restarted without a durable store) the others go
 * on among themselves with the last list.
 */
final class JoinedActivity {
  private static final int ADMISSIONS_KEPT = 256;

  /** Where we stand with the owner. */
  enum Standing {
    /** We asked to be let in; repeated until answered. */
    ASKED,
    /** We accepted an invitation; the owner's list will tell. */
    EXPECTED,
    /** We are on the owner's list. */
    JOINED,
    /** We said that we leave; repeated until the list is without us. */
    LEAVING,
    /** We are out: nothing more to say. */
    OUT
  }

  private final MeshAddress self;
  private final ActivityOutput out;
  private final Map<String, MeshAddress> admissions = new LinkedHashMap<>();
  private Descriptor descriptor;
  private Standing standing;
  private Set<MeshAddress> members = new TreeSet<>();
  private long ownerEpoch;
  private long version;

  JoinedActivity(Descriptor descriptor, MeshAddress self, Standing standing, ActivityOutput out) {
    this.descriptor = descriptor;
    this.self = self;
    this.standing = standing;
    this.out = out;
  }

  Descriptor descriptor() {
    return descriptor;
  }

  Standing standing() {
    return standing;
  }

  Activity activity() {
    return descriptor.activity(members, standing == Standing.JOINED);
  }

  /** Asks the owner to be let in. */
  void ask() {
    switch (standing) {
      case EXPECTED, LEAVING, OUT, ASKED -> {
        standing = Standing.ASKED;
        out.send(descriptor.owner(), new Message.Join(descriptor.id()));
      }
      case JOINED -> {
        // Already in.
      }
    }
  }

  /** An invitation was accepted: the owner will say that we are in. */
  void expect() {
    switch (standing) {
      case LEAVING, OUT -> standing = Standing.EXPECTED;
      case ASKED, EXPECTED, JOINED -> {
        // Nothing better to wait for.
      }
    }
  }

  /** The invitation came to nothing after all. */
  void unexpect() {
    if (standing == Standing.EXPECTED) {
      standing = Standing.OUT;
      out.joinFailed(descriptor.id(), "the invitation was no longer open");
    }
  }

  /** Stops asking to be let in; the owner may have heard, so it is told that we leave. */
  void abandon() {
    if (standing == Standing.ASKED) {
      standing = Standing.LEAVING;
      out.send(descriptor.owner(), new Message.Leave(descriptor.id()));
    }
  }

  void leave() {
    if (standing != Standing.JOINED) {
      return;
    }
    standing = Standing.LEAVING;
    admissions.clear();
    out.send(descriptor.owner(), new Message.Leave(descriptor.id()));
    forgetMembers("left");
  }

  /** Tells the owner that somebody accepted our invitation; repeated until acknowledged. */
  void admit(MeshAddress person, String invitation) {
    if (standing != Standing.JOINED || admissions.size() >= ADMISSIONS_KEPT) {
      return;
    }
    admissions.put(invitation, person);
    out.send(descriptor.owner(), new Message.Admit(descriptor.id(), person, invitation));
  }

  void onAdmitted(String invitation) {
    admissions.remove(invitation);
  }

  void onJoinRefused(String reason) {
    switch (standing) {
      case ASKED, EXPECTED -> {
        standing = Standing.OUT;
        out.joinFailed(descriptor.id(), reason);
      }
      case JOINED, LEAVING, OUT -> {
        // An answer to what we no longer ask.
      }
    }
  }

  /** The owner knows nothing of the activity, or not of us in it. */
  void onNotMember() {
    switch (standing) {
      case ASKED -> onJoinRefused("its owner no longer shares it");
      case LEAVING -> standing = Standing.OUT;
      case JOINED -> {
        admissions.clear();
        if (members.remove(descriptor.owner())) {
          out.memberChanged(activity(), descriptor.owner(), false);
          out.membership(activity());
        }
      }
      case EXPECTED, OUT -> {
        // It will know when our acceptance has reached it.
      }
    }
  }

  void onMembers(Message.Members list) {
    out.send(
        descriptor.owner(),
        new Message.MembersSeen(list.activity(), list.ownerEpoch(), list.version()));
    if (list.ownerEpoch() < ownerEpoch
        || (list.ownerEpoch() == ownerEpoch && list.version() <= version)) {
      return;
    }
    boolean listed = list.members().contains(self);
    switch (standing) {
      case ASKED, EXPECTED -> {
        if (listed) {
          standing = Standing.JOINED;
          take(list);
          // The channel is to know before the application speaks in it.
          out.membership(activity());
          out.changed(activity(), "joined");
        } else if (list.ended()) {
          onJoinRefused("it has ended");
        }
      }
      case JOINED -> {
        if (listed) {
          update(list);
        } else {
          take(list);
          standing = Standing.OUT;
          forgetMembers(list.ended() ? "ended" : "removed");
        }
      }
      case LEAVING -> {
        if (!listed) {
          take(list);
          standing = Standing.OUT;
          members = new TreeSet<>();
        }
      }
      case OUT -> {
        // The owner lists who left: it has forgotten that, and is told.
        if (listed) {
          out.send(descriptor.owner(), new Message.NotMember(descriptor.id()));
        }
      }
    }
  }

  boolean hasWork(MeshAddress peer) {
    return peer.equals(descriptor.owner())
        && (standing == Standing.ASKED || standing == Standing.LEAVING || !admissions.isEmpty());
  }

  void resend(MeshAddress peer) {
    if (!peer.equals(descriptor.owner())) {
      return;
    }
    if (standing == Standing.ASKED) {
      out.send(peer, new Message.Join(descriptor.id()));
    } else if (standing == Standing.LEAVING) {
      out.send(peer, new Message.Leave(descriptor.id()));
    }
    admissions.forEach(
        (invitation, person) ->
            out.send(peer, new Message.Admit(descriptor.id(), person, invitation)));
  }

  private void update(Message.Members list) {
    Set<MeshAddress> before = members;
    take(list);
    Activity now = activity();
    out.membership(now);
    for (MeshAddress member : members) {
      if (!before.contains(member)) {
        out.memberChanged(now, member, true);
      }
    }
    for (MeshAddress member : before) {
      if (!members.contains(member)) {
        out.memberChanged(now, member, false);
      }
    }
  }

  private void take(Message.Members list) {
    descriptor =
        new Descriptor(descriptor.id(), list.type(), list.title(), descriptor.owner(), list.open());
    ownerEpoch = list.ownerEpoch();
    version = list.version();
    members = new TreeSet<>(list.members());
  }

  private void forgetMembers(String what) {
    members = new TreeSet<>(List.of(descriptor.owner()));
    out.membership(activity());
    out.changed(activity(), what);
  }
}

package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.internal.activity.JoinedActivity.Standing;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import io.limpet.presence.SharedActivity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The activities that this node owns or is in, or wants to be in. Sans-IO; confined to one event
 * loop.
 */
public final class ActivityRegistry {
  /** Most activities of each kind that a node is in; ended ones make room. */
  public static final int MAX_ACTIVITIES = 256;

  private final MeshAddress self;
  private final long epoch;
  private final ActivityOutput out;
  private final Map<String, OwnedActivity> owned = new LinkedHashMap<>();
  private final Map<String, JoinedActivity> joined = new LinkedHashMap<>();

  /** Makes an empty registry of one incarnation of a node. */
  public ActivityRegistry(MeshAddress self, long epoch, ActivityOutput out) {
    this.self = self;
    this.epoch = epoch;
    this.out = out;
  }

  /** Shares a new activity. */
  public Activity share(String id, String type, String title, boolean open)
      throws InvitationException {
    owned.values().removeIf(a -> a.isEnded() && a.isSettled());
    if (owned.size() >= MAX_ACTIVITIES) {
      // Members that have not heard of the end will, when they next speak of it.
      owned.values().removeIf(OwnedActivity::isEnded);
    }
    if (owned.size() >= MAX_ACTIVITIES) {
      throw new InvitationException(
          "this node shares " + MAX_ACTIVITIES + " activities already: leave one first");
    }
    Descriptor descriptor = new Descriptor(id, type, title, self, open);
    OwnedActivity activity = new OwnedActivity(descriptor, epoch, out);
    owned.put(id, activity);
    out.membership(activity.activity());
    out.changed(activity.activity(), "shared");
    out.ownedChanged();
    return activity.activity();
  }

  /** Returns an activity that we are in. */
  public Optional<Activity> mine(String id) {
    OwnedActivity ours = owned.get(id);
    if (ours != null) {
      return ours.isEnded() ? Optional.empty() : Optional.of(ours.activity());
    }
    JoinedActivity theirs = joined.get(id);
    return theirs != null && theirs.standing() == Standing.JOINED
        ? Optional.of(theirs.activity())
        : Optional.empty();
  }

  /** Returns all activities that we are in. */
  public List<Activity> mine() {
    List<Activity> all = new ArrayList<>();
    owned.values().stream().filter(a -> !a.isEnded()).forEach(a -> all.add(a.activity()));
    joined.values().stream()
        .filter(a -> a.standing() == Standing.JOINED)
        .forEach(a -> all.add(a.activity()));
    return all;
  }

  /** Says whether we wait to be let in. */
  public boolean isJoining(String id) {
    JoinedActivity theirs = joined.get(id);
    return theirs != null
        && (theirs.standing() == Standing.ASKED || theirs.standing() == Standing.EXPECTED);
  }

  /** Returns what the roster is to announce: what we own. */
  public List<SharedActivity> announced() {
    return owned.values().stream()
        .filter(a -> !a.isEnded())
        .map(OwnedActivity::descriptor)
        .map(d -> new SharedActivity(d.id(), d.type(), d.title(), d.open()))
        .toList();
  }

  /** Asks the owner to be let in. */
  public void join(SharedActivity activity, MeshAddress owner) throws InvitationException {
    entry(activity.id(), activity.type(), activity.title(), owner, activity.open()).ask();
  }

  /** Stops asking to be let in. */
  public void abandon(String id) {
    JoinedActivity theirs = joined.get(id);
    if (theirs != null) {
      theirs.abandon();
    }
  }

  /** An invitation was accepted: its inviter, or the owner whom it tells, will let us in. */
  public void expect(String id, String type, String title, MeshAddress owner)
      throws InvitationException {
    entry(id, type, title, owner, false).expect();
  }

  /** An invitation that was accepted came to nothing. */
  public void unexpect(String id) {
    JoinedActivity theirs = joined.get(id);
    if (theirs != null) {
      theirs.unexpect();
    }
  }

  /** Leaves, or ends what we own; returns what it was, or empty when we are not in it. */
  public Optional<Activity> leave(String id) {
    OwnedActivity ours = owned.get(id);
    if (ours != null) {
      if (ours.isEnded()) {
        return Optional.empty();
      }
      ours.end();
      out.changed(ours.activity(), "ended");
      out.ownedChanged();
      return Optional.of(ours.activity());
    }
    JoinedActivity theirs = joined.get(id);
    if (theirs == null || theirs.standing() != Standing.JOINED) {
      return Optional.empty();
    }
    theirs.leave();
    return Optional.of(theirs.activity());
  }

  /** Somebody accepted our invitation. */
  public void admit(String id, MeshAddress person, String invitation) {
    OwnedActivity ours = owned.get(id);
    JoinedActivity theirs = joined.get(id);
    if (ours != null) {
      ours.add(person);
    } else if (theirs != null) {
      theirs.admit(person, invitation);
    }
  }

  /** Takes one message. */
  public void onMessage(MeshAddress from, Message.OfActivity message) {
    OwnedActivity ours = owned.get(message.activity());
    if (ours != null) {
      asOwner(ours, from, message);
      return;
    }
    JoinedActivity theirs = joined.get(message.activity());
    if (theirs != null && from.equals(theirs.descriptor().owner())) {
      asMember(theirs, from, message);
      return;
    }
    asStranger(from, message);
  }

  /** This person restarted and may have forgotten everything. */
  public void onPeerRestarted(MeshAddress peer) {
    owned.values().forEach(a -> a.onPeerRestarted(peer));
  }

  /** Says whether something to this person is unanswered. */
  public boolean hasWork(MeshAddress peer) {
    return owned.values().stream().anyMatch(a -> a.hasWork(peer))
        || joined.values().stream().anyMatch(a -> a.hasWork(peer));
  }

  /** A stream to this person is ready, or may have lost something: repeat what is unanswered. */
  public void resend(MeshAddress peer) {
    owned.values().forEach(a -> a.resend(peer));
    joined.values().forEach(a -> a.resend(peer));
  }

  private JoinedActivity entry(
      String id, String type, String title, MeshAddress owner, boolean open)
      throws InvitationException {
    JoinedActivity known = joined.get(id);
    if (owned.containsKey(id) || (known != null && !known.descriptor().owner().equals(owner))) {
      throw new InvitationException("activity " + id + " is known here with another owner");
    }
    if (known == null) {
      if (joined.size() >= MAX_ACTIVITIES) {
        joined.values().removeIf(a -> a.standing() == Standing.OUT);
      }
      if (joined.size() >= MAX_ACTIVITIES) {
        throw new InvitationException("this node is in " + MAX_ACTIVITIES + " activities already");
      }
      Descriptor descriptor = new Descriptor(id, type, title, owner, open);
      known = new JoinedActivity(descriptor, self, Standing.OUT, out);
      joined.put(id, known);
    }
    return known;
  }

  private void asOwner(OwnedActivity ours, MeshAddress from, Message.OfActivity message) {
    if (message instanceof Message.Join) {
      if (ours.isMember(from) || ours.descriptor().open()) {
        ours.add(from);
      } else {
        out.send(from, new Message.JoinRefused(message.activity(), "by invitation only"));
      }
    } else if (message instanceof Message.Admit admit) {
      ours.admit(from, admit.person(), admit.invitation());
    } else if (message instanceof Message.Leave) {
      ours.remove(from, true);
    } else if (message instanceof Message.NotMember) {
      ours.remove(from, false);
    } else if (message instanceof Message.MembersSeen seen) {
      ours.onSeen(from, seen);
    } else {
      out.violation(from, "speaks as owner of our activity");
    }
  }

  private void asMember(JoinedActivity theirs, MeshAddress from, Message.OfActivity message) {
    if (message instanceof Message.Members list) {
      theirs.onMembers(list);
    } else if (message instanceof Message.JoinRefused refused) {
      theirs.onJoinRefused(refused.reason());
    } else if (message instanceof Message.Admitted admitted) {
      theirs.onAdmitted(admitted.invitation());
    } else if (message instanceof Message.NotMember) {
      theirs.onNotMember();
    } else {
      out.violation(from, "an owner speaks as member");
    }
  }

  /** Somebody takes us for the owner or a member of what we know nothing of: say so. */
  private void asStranger(MeshAddress from, Message.OfActivity message) {
    if (message instanceof Message.Members list) {
      out.send(
          from,
          list.members().contains(self)
              ? new Message.NotMember(list.activity())
              : new Message.MembersSeen(list.activity(), list.ownerEpoch(), list.version()));
    } else if (message instanceof Message.Join
        || message instanceof Message.Leave
        || message instanceof Message.Admit) {
      out.send(from, new Message.NotMember(message.activity()));
    }
    // Acknowledgements and refusals of what we forgot need no answer.
  }
}

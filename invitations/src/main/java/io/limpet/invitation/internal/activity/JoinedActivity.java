package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A member's side of an activity that somebody else owns: a copy of the owner's list. Pure
 * functions from a record and an event to a step.
 *
 * <p>While the owner is away the members go on among themselves: the list stands, but for those who
 * have told us that they left. So they do when the owner has lost the activity for good.
 *
 * @param stage where we stand with the owner
 * @param version the newest list that we have seen, 0 for none
 * @param members that list; while we leave, the members who do not know it yet
 * @param departed who of it has told us that they leave, each with the version that they knew
 * @param asked whether we wait because we asked, uninvited
 * @param expected the invitations that we accepted and wait on, each with its inviter
 * @param settled the newest invitations that we accepted, whatever became of it
 * @param admissions whom our invitations bring, by invitation, and the owner has not acknowledged
 *     yet; while we are out they stay for when we are in again
 * @param forgotten whether the owner has lost the activity
 * @param keys newest first
 */
public record JoinedActivity(
    Descriptor descriptor,
    Stage stage,
    long version,
    List<MeshAddress> members,
    NavigableMap<MeshAddress, Long> departed,
    boolean asked,
    Map<String, MeshAddress> expected,
    List<String> settled,
    Map<String, MeshAddress> admissions,
    boolean forgotten,
    List<GroupKey> keys)
    implements ActivityRecord {

  /** Most admissions that wait for the owner. */
  public static final int MAX_ADMISSIONS = 256;

  /** Most invitations to one activity that are remembered. */
  public static final int MAX_INVITATIONS = 64;

  /** Where we stand with the owner. */
  public enum Stage {
    /** We asked, or accepted an invitation; repeated until answered. */
    WAITING,
    /** We are on the owner's list. */
    JOINED,
    /** We said that we leave; repeated until the list is without us. */
    LEAVING,
    /** We are out: nothing more to say. */
    OUT
  }

  /** Takes copies. */
  public JoinedActivity {
    members = List.copyOf(members);
    departed = Collections.unmodifiableNavigableMap(new TreeMap<>(departed));
    expected = Collections.unmodifiableMap(new LinkedHashMap<>(expected));
    settled = List.copyOf(settled);
    admissions = Collections.unmodifiableMap(new LinkedHashMap<>(admissions));
    keys = List.copyOf(keys);
  }

  static JoinedActivity unknown(Descriptor descriptor) {
    return new JoinedActivity(
        descriptor,
        Stage.OUT,
        0,
        List.of(),
        new TreeMap<>(),
        false,
        Map.of(),
        List.of(),
        Map.of(),
        false,
        List.of());
  }

  @Override
  public Activity activity() {
    return descriptor.activity(
        stage == Stage.JOINED ? present() : List.of(descriptor.owner()),
        switch (stage) {
          case WAITING -> Activity.Standing.WAITING;
          case JOINED -> Activity.Standing.JOINED;
          case LEAVING, OUT -> Activity.Standing.OUTSIDE;
        });
  }

  @Override
  public Membership membership() {
    return stage == Stage.JOINED ? membership(present(), keys) : membership(List.of(), List.of());
  }

  @Override
  public boolean isOver() {
    return stage == Stage.OUT;
  }

  @Override
  public Set<MeshAddress> correspondents() {
    Set<MeshAddress> all = new HashSet<>(expected.values());
    all.add(descriptor.owner());
    if (stage == Stage.LEAVING) {
      all.addAll(members);
    }
    return all;
  }

  /** Asks the owner to be let in. */
  Step ask() {
    if (stage == Stage.JOINED || asked) {
      return Step.of(this, this::sayAgain);
    }
    JoinedDraft next = new JoinedDraft(this);
    next.beginWaiting();
    next.asked = true;
    JoinedActivity done = next.done();
    return Step.of(done, done::sayAgain);
  }

  /** An invitation was accepted: its inviter, or the owner whom it tells, will let us in. */
  Step expect(String invitation, MeshAddress inviter) {
    if (settled.contains(invitation)) {
      return Step.of(this);
    }
    JoinedDraft next = new JoinedDraft(this);
    next.settled.add(invitation);
    if (next.settled.size() > MAX_INVITATIONS) {
      next.settled.remove(0);
    }
    if (stage != Stage.JOINED) {
      next.beginWaiting();
      next.expected.put(invitation, inviter);
      if (next.expected.size() > MAX_INVITATIONS) {
        next.expected.remove(next.expected.keySet().iterator().next());
      }
    }
    JoinedActivity done = next.done();
    return Step.of(done, done::sayAgain);
  }

  /** The invitation came to nothing after all. */
  Step unexpect(String invitation) {
    return without(Set.of(invitation), false, "the invitation was no longer open");
  }

  /**
   * Leaves, or stops waiting; the owner may have let us in, so it is told in any case. The other
   * members are told as well, for the owner may be away.
   */
  Step leave(MeshAddress self) {
    JoinedDraft next = new JoinedDraft(this);
    next.stage = Stage.LEAVING;
    next.forgetMembership();
    if (stage == Stage.JOINED) {
      next.members =
          present().stream().filter(m -> !m.equals(self) && !m.equals(descriptor.owner())).toList();
    }
    JoinedActivity done = next.done();
    return Step.of(
        done,
        done::sayAgain,
        stage == Stage.JOINED
            ? out -> out.changed(done.activity(), "left")
            : out -> out.joinFailed(id(), "you have left it"));
  }

  /** Asks no more; what we wait for by invitation stands. */
  Step unask(MeshAddress self) {
    if (stage != Stage.WAITING || !asked) {
      return Step.of(this);
    }
    if (expected.isEmpty()) {
      return leave(self);
    }
    JoinedDraft next = new JoinedDraft(this);
    next.asked = false;
    return Step.of(next.done());
  }

  /** Somebody accepted our invitation: told to the owner until it acknowledges. */
  Step admit(MeshAddress person, String invitation) {
    JoinedDraft next = new JoinedDraft(this);
    next.admissions.put(invitation, person);
    if (next.admissions.size() > MAX_ADMISSIONS) {
      // Only when we are out: a member's are checked before, and none is lost.
      next.admissions.remove(next.admissions.keySet().iterator().next());
    }
    JoinedActivity done = next.done();
    return Step.of(
        done,
        out -> {
          if (stage == Stage.JOINED || stage == Stage.LEAVING) {
            out.send(descriptor.owner(), new Message.Admit(id(), person, invitation));
          }
        });
  }

  Step onAdmitted(String invitation) {
    JoinedDraft next = new JoinedDraft(this);
    next.admissions.remove(invitation);
    return Step.of(next.done());
  }

  Step onJoinRefused(Message.JoinRefused refused) {
    boolean uninvited = refused.invitation().isEmpty();
    return without(
        uninvited ? Set.of() : Set.of(refused.invitation()), uninvited, refused.reason());
  }

  /** The owner has lost the activity (version 0), or we are not in that version of it. */
  Step onNotMember(long about) {
    boolean lost = about == 0;
    return switch (stage) {
      case WAITING ->
          lost ? without(expected.keySet(), true, "its owner no longer shares it") : Step.of(this);
      case LEAVING -> lost || about >= version ? left() : Step.of(this);
      case JOINED -> {
        if (!lost) {
          yield about >= version ? out("removed") : Step.of(this);
        }
        if (forgotten) {
          yield Step.of(this);
        }
        JoinedDraft next = new JoinedDraft(this);
        next.forgotten = true;
        next.admissions.clear();
        JoinedActivity done = next.done();
        yield Step.of(done, out -> out.memberChanged(done.activity(), descriptor.owner(), false));
      }
      case OUT -> Step.of(this);
    };
  }

  /** Somebody else says that it, or we, are not in it. */
  Step onOthersNotMember(MeshAddress from) {
    if (stage == Stage.LEAVING) {
      // Our leave is understood.
      JoinedDraft next = new JoinedDraft(this);
      next.members = members.stream().filter(m -> !m.equals(from)).toList();
      return Step.of(next.done());
    }
    // Of an inviter: its invitation leads nowhere.
    Set<String> theirs = new HashSet<>();
    expected.forEach(
        (invitation, by) -> {
          if (by.equals(from)) {
            theirs.add(invitation);
          }
        });
    return without(theirs, false, "who invited you is not in it any more");
  }

  /** Somebody who accepted an invitation of ours waits; if we cannot bring it in, it is told. */
  Step onInviteeAsks(MeshAddress from, Message.Join join) {
    boolean broken = stage == Stage.OUT && from.equals(admissions.get(join.invitation()));
    return broken
        ? Step.of(this, out -> out.send(from, new Message.NotMember(id(), 0)))
        : Step.of(this);
  }

  /** Another member tells us that it leaves. */
  Step onMemberLeaves(MeshAddress member, long knew) {
    Effect understood = out -> out.send(member, new Message.NotMember(id(), knew));
    if (stage != Stage.JOINED || knew < version || !present().contains(member)) {
      return Step.of(this, understood);
    }
    JoinedDraft next = new JoinedDraft(this);
    next.departed.put(member, knew);
    JoinedActivity done = next.done();
    return Step.of(done, understood, out -> out.memberChanged(done.activity(), member, false));
  }

  /** The owner's list. */
  Step onMembers(Message.Members list, MeshAddress self) {
    MeshAddress owner = descriptor.owner();
    boolean listed = list.members().contains(self) && !list.ended();
    // Listed though out, we say so as often as we hear it: the first time may have been lost.
    Message answer =
        listed && stage == Stage.OUT
            ? new Message.NotMember(id(), list.version())
            : new Message.MembersSeen(id(), list.version());
    Effect seen = out -> out.send(owner, answer);
    if (list.version() <= version) {
      return Step.of(this, seen);
    }
    JoinedDraft next = new JoinedDraft(this);
    next.take(list, listed && (stage == Stage.WAITING || stage == Stage.JOINED));
    return switch (stage) {
      case WAITING -> {
        if (listed) {
          next.stage = Stage.JOINED;
          next.asked = false;
          next.expected.clear();
          JoinedActivity done = next.done();
          yield Step.of(done, seen, out -> out.changed(done.activity(), "joined"));
        }
        JoinedActivity done = next.done();
        yield list.ended()
            ? done.without(expected.keySet(), true, "it has ended").after(seen)
            : Step.of(done, seen);
      }
      case JOINED -> {
        if (!listed) {
          yield next.done().out(list.ended() ? "ended" : "removed").after(seen);
        }
        JoinedActivity done = next.done();
        List<Effect> effects = new ArrayList<>(List.of(seen));
        effects.addAll(differences(present(), done));
        yield new Step(done, effects);
      }
      case LEAVING -> {
        JoinedActivity done = next.done();
        // Let in again by what we asked before: the owner is to know that we left after that.
        yield listed ? Step.of(done, seen, done::sayAgain) : done.left().after(seen);
      }
      case OUT -> Step.of(next.done(), seen);
    };
  }

  boolean hasWork(MeshAddress peer) {
    return switch (stage) {
      case WAITING -> peer.equals(descriptor.owner()) || expected.containsValue(peer);
      case JOINED -> peer.equals(descriptor.owner()) && !admissions.isEmpty();
      case LEAVING -> peer.equals(descriptor.owner()) || members.contains(peer);
      case OUT -> false;
    };
  }

  /** Repeats what this person has not answered. */
  void resend(MeshAddress peer, ActivityOutput out) {
    boolean owner = peer.equals(descriptor.owner());
    if (owner && (stage == Stage.JOINED || stage == Stage.LEAVING)) {
      // Before our leave: who is out admits nobody.
      admissions.forEach(
          (invitation, person) -> out.send(peer, new Message.Admit(id(), person, invitation)));
    }
    if (stage == Stage.LEAVING) {
      out.send(peer, new Message.Leave(id(), version));
    }
    if (owner && asked) {
      out.send(peer, new Message.Join(id(), version, ""));
    }
    expected.forEach(
        (invitation, inviter) -> {
          if (owner || peer.equals(inviter)) {
            out.send(peer, new Message.Join(id(), version, invitation));
          }
        });
  }

  private void sayAgain(ActivityOutput out) {
    correspondents().stream().sorted().filter(this::hasWork).forEach(p -> resend(p, out));
  }

  /** Returns who is in it as far as we know. */
  private Set<MeshAddress> present() {
    Set<MeshAddress> all = new TreeSet<>(members);
    departed.forEach(
        (member, knew) -> {
          if (knew >= version) {
            all.remove(member);
          }
        });
    if (forgotten) {
      all.remove(descriptor.owner());
    }
    return all;
  }

  /** Waits no more for what came to nothing, and is out when nothing is left to wait for. */
  private Step without(Set<String> invitations, boolean ask, String reason) {
    if (stage != Stage.WAITING) {
      return Step.of(this);
    }
    JoinedDraft next = new JoinedDraft(this);
    next.expected.keySet().removeAll(invitations);
    next.asked = asked && !ask;
    if (next.asked || !next.expected.isEmpty()) {
      return Step.of(next.done());
    }
    next.stage = Stage.OUT;
    JoinedActivity done = next.done();
    return Step.of(
        done, out -> out.joinFailed(id(), reason), out -> out.changed(done.activity(), "refused"));
  }

  /** The owner knows that we have left, and tells the others. */
  private Step left() {
    return Step.of(out());
  }

  private Step out(String what) {
    JoinedActivity done = out();
    return Step.of(done, out -> out.changed(done.activity(), what));
  }

  private JoinedActivity out() {
    JoinedDraft next = new JoinedDraft(this);
    next.stage = Stage.OUT;
    next.forgetMembership();
    return next.done();
  }

  private static List<Effect> differences(Set<MeshAddress> before, JoinedActivity now) {
    Activity activity = now.activity();
    Set<MeshAddress> present = now.present();
    List<Effect> effects = new ArrayList<>();
    for (MeshAddress member : present) {
      if (!before.contains(member)) {
        effects.add(out -> out.memberChanged(activity, member, true));
      }
    }
    for (MeshAddress member : before) {
      if (!present.contains(member)) {
        effects.add(out -> out.memberChanged(activity, member, false));
      }
    }
    return effects;
  }
}

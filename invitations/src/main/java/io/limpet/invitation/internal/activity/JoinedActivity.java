package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshGroups.GroupKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
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
 * @param members that list
 * @param departed who of it has told us that they leave, each with the version that they knew
 * @param asked whether we wait because we asked, uninvited
 * @param expected the invitations that we accepted and wait on, each with its inviter
 * @param settled the newest invitations that we accepted, whatever became of it
 * @param admissions whom our invitations bring, by invitation: not acknowledged by the owner yet,
 *     or, when we are out, never
 * @param forgotten whether the owner has lost the activity
 * @param keys newest first
 */
public record JoinedActivity(
    Descriptor descriptor,
    Stage stage,
    long version,
    List<MeshAddress> members,
    SortedMap<MeshAddress, Long> departed,
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
    departed = Collections.unmodifiableSortedMap(new TreeMap<>(departed));
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
    return stage == Stage.JOINED
        ? new Membership(id(), descriptor.owner(), version, List.copyOf(present()), keys)
        : new Membership(id(), descriptor.owner(), version, List.of(), List.of());
  }

  @Override
  public boolean isOver() {
    return stage == Stage.OUT;
  }

  @Override
  public Set<MeshAddress> correspondents() {
    Set<MeshAddress> all = new HashSet<>(expected.values());
    all.add(descriptor.owner());
    return all;
  }

  /** Asks the owner to be let in. */
  Step ask() {
    if (stage == Stage.JOINED || asked) {
      return Step.of(this, this::sayAgain);
    }
    Draft next = new Draft(this);
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
    Draft next = new Draft(this);
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

  /** Leaves, or stops waiting; the owner may have let us in, so it is told in any case. */
  Step leave(MeshAddress self) {
    Draft next = new Draft(this);
    next.stage = Stage.LEAVING;
    next.forgetMembership();
    JoinedActivity done = next.done();
    List<Effect> effects = new ArrayList<>();
    effects.add(done::sayAgain);
    if (stage == Stage.JOINED) {
      for (MeshAddress member : present()) {
        if (!member.equals(descriptor.owner()) && !member.equals(self)) {
          effects.add(out -> out.send(member, new Message.Leave(id(), version)));
        }
      }
      effects.add(out -> out.changed(done.activity(), "left"));
    } else {
      effects.add(out -> out.joinFailed(id(), "you have left it"));
    }
    return new Step(done, effects);
  }

  /** Asks no more; what we wait for by invitation stands. */
  Step unask(MeshAddress self) {
    if (stage != Stage.WAITING || !asked) {
      return Step.of(this);
    }
    if (expected.isEmpty()) {
      return leave(self);
    }
    Draft next = new Draft(this);
    next.asked = false;
    return Step.of(next.done());
  }

  /** Somebody accepted our invitation: told to the owner until it acknowledges. */
  Step admit(MeshAddress person, String invitation) {
    Draft next = new Draft(this);
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
    Draft next = new Draft(this);
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
          lost
              ? without(expected.keySet(), true, "its owner no longer shares it")
              : Step.of(this);
      case LEAVING -> {
        Draft next = new Draft(this);
        next.stage = lost || about >= version ? Stage.OUT : stage;
        yield Step.of(next.done());
      }
      case JOINED -> {
        if (!lost) {
          yield about >= version ? out("removed") : Step.of(this);
        }
        if (forgotten) {
          yield Step.of(this);
        }
        Draft next = new Draft(this);
        next.forgotten = true;
        next.admissions.clear();
        JoinedActivity done = next.done();
        yield Step.of(
            done, out -> out.memberChanged(done.activity(), descriptor.owner(), false));
      }
      case OUT -> Step.of(this);
    };
  }

  /** An inviter of ours is not in it: its invitation leads nowhere. */
  Step onInviterGone(MeshAddress inviter) {
    Set<String> theirs = new HashSet<>();
    expected.forEach(
        (invitation, by) -> {
          if (by.equals(inviter)) {
            theirs.add(invitation);
          }
        });
    return without(theirs, false, "who invited you is not in it any more");
  }

  /** Somebody who accepted an invitation of ours waits; if we could not bring it in, it is told. */
  Step onInviteeAsks(MeshAddress from, Message.Join join) {
    boolean broken =
        stage == Stage.OUT && from.equals(admissions.get(join.invitation()));
    return broken
        ? Step.of(this, out -> out.send(from, new Message.NotMember(id(), 0)))
        : Step.of(this);
  }

  /** Another member tells us that it leaves. */
  Step onMemberLeaves(MeshAddress member, long knew) {
    if (stage != Stage.JOINED || knew < version || !present().contains(member)) {
      return Step.of(this);
    }
    Draft next = new Draft(this);
    next.departed.put(member, knew);
    JoinedActivity done = next.done();
    return Step.of(done, out -> out.memberChanged(done.activity(), member, false));
  }

  /** The owner's list. */
  Step onMembers(Message.Members list, MeshAddress self) {
    MeshAddress owner = descriptor.owner();
    Effect seen = out -> out.send(owner, new Message.MembersSeen(id(), list.version()));
    if (list.version() <= version) {
      return Step.of(this, seen);
    }
    boolean listed = list.members().contains(self) && !list.ended();
    Draft next = new Draft(this);
    next.take(list, listed);
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
        next.stage = listed ? stage : Stage.OUT;
        JoinedActivity done = next.done();
        // Let in again by what we asked before: the owner is to know that we left after that.
        yield Step.of(done, seen, done::sayAgain);
      }
      case OUT -> {
        JoinedActivity done = next.done();
        yield listed
            ? Step.of(done, out -> out.send(owner, new Message.NotMember(id(), list.version())))
            : Step.of(done, seen);
      }
    };
  }

  boolean hasWork(MeshAddress peer) {
    return switch (stage) {
      case WAITING -> peer.equals(descriptor.owner()) || expected.containsValue(peer);
      case JOINED -> peer.equals(descriptor.owner()) && !admissions.isEmpty();
      case LEAVING -> peer.equals(descriptor.owner());
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
    if (owner && stage == Stage.LEAVING) {
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
    Draft next = new Draft(this);
    next.expected.keySet().removeAll(invitations);
    next.asked = asked && !ask;
    if (next.asked || !next.expected.isEmpty()) {
      return Step.of(next.done());
    }
    next.stage = Stage.OUT;
    JoinedActivity done = next.done();
    return Step.of(
        done,
        out -> out.joinFailed(id(), reason),
        out -> out.changed(done.activity(), "refused"));
  }

  private Step out(String what) {
    Draft next = new Draft(this);
    next.stage = Stage.OUT;
    next.forgetMembership();
    JoinedActivity done = next.done();
    return Step.of(done, out -> out.changed(done.activity(), what));
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

  /** A copy under change. */
  private static final class Draft {
    private Descriptor descriptor;
    private Stage stage;
    private long version;
    private List<MeshAddress> members;
    private final SortedMap<MeshAddress, Long> departed;
    private boolean asked;
    private final Map<String, MeshAddress> expected;
    private final List<String> settled;
    private final Map<String, MeshAddress> admissions;
    private boolean forgotten;
    private List<GroupKey> keys;

    Draft(JoinedActivity from) {
      descriptor = from.descriptor;
      stage = from.stage;
      version = from.version;
      members = from.members;
      departed = new TreeMap<>(from.departed);
      asked = from.asked;
      expected = new LinkedHashMap<>(from.expected);
      settled = new ArrayList<>(from.settled);
      admissions = new LinkedHashMap<>(from.admissions);
      forgotten = from.forgotten;
      keys = from.keys;
    }

    void beginWaiting() {
      if (stage == Stage.OUT) {
        admissions.clear(); // of an earlier membership
      }
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
              descriptor.id(), list.type(), list.title(), descriptor.owner(), list.open());
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
      SortedMap<Long, GroupKey> all = new TreeMap<>(Collections.reverseOrder());
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
}

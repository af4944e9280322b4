package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.invitation.internal.wire.Limits;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.MeshGroups.GroupKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The owner's side of an activity: its list is the source. Every change raises the version and
 * makes a new key. Pure functions from a record and an event to a step; the list itself is said by
 * {@link ActivityRegistry}, to each addressee until it has acknowledged it.
 *
 * <p>Who was removed stays an addressee until it has seen that it is out; who is a member gets no
 * key that is older than its membership.
 *
 * @param ended whether the owner has ended it for everybody
 * @param members who is in it, each with the version that let it in (last)
 * @param farewells who is out and has not acknowledged it, each with the version that removed it
 * @param barred whom the owner removed: they come back by invitation only
 * @param admitted the newest invitations that were honoured: each counts once
 * @param keys newest first
 */
public record OwnedActivity(
    Descriptor descriptor,
    long version,
    boolean ended,
    NavigableMap<MeshAddress, Long> members,
    NavigableMap<MeshAddress, Long> farewells,
    List<MeshAddress> barred,
    List<String> admitted,
    List<GroupKey> keys)
    implements ActivityRecord {

  /** Most entries of what is remembered of people who are not members. */
  public static final int MAX_REMEMBERED = 256;

  /** Takes copies. */
  public OwnedActivity {
    members = Collections.unmodifiableNavigableMap(new TreeMap<>(members));
    farewells = Collections.unmodifiableNavigableMap(new TreeMap<>(farewells));
    barred = List.copyOf(barred);
    admitted = List.copyOf(admitted);
    keys = List.copyOf(keys);
  }

  static Step share(Descriptor descriptor, Bytes secret) {
    OwnedActivity shared =
        new OwnedActivity(
            descriptor,
            1,
            false,
            new TreeMap<>(Map.of(descriptor.owner(), 1L)),
            new TreeMap<>(),
            List.of(),
            List.of(),
            List.of(new GroupKey(1, secret)));
    return Step.of(
        shared, out -> out.changed(shared.activity(), "shared"), ActivityOutput::ownedChanged);
  }

  @Override
  public Activity activity() {
    return descriptor.activity(
        members.keySet(), ended ? Activity.Standing.OUTSIDE : Activity.Standing.JOINED);
  }

  @Override
  public Membership membership() {
    return membership(members.keySet(), keys);
  }

  @Override
  public boolean isOver() {
    return ended && farewells.isEmpty();
  }

  @Override
  public Set<MeshAddress> correspondents() {
    Set<MeshAddress> all = new HashSet<>(members.keySet());
    all.addAll(farewells.keySet());
    all.remove(descriptor.owner());
    return all;
  }

  /** Returns the version that somebody is to acknowledge, or 0 when nothing is owed to it. */
  long owedTo(MeshAddress person) {
    if (person.equals(descriptor.owner())) {
      return 0;
    }
    return members.containsKey(person) ? version : farewells.getOrDefault(person, 0L);
  }

  /** Returns the list as somebody may see it. */
  Message.Members listFor(MeshAddress person) {
    Long since = members.get(person);
    return new Message.Members(
        id(),
        descriptor.type(),
        descriptor.title(),
        descriptor.open(),
        ended,
        version,
        since == null ? List.of() : List.copyOf(members.keySet()),
        since == null ? List.of() : keys.stream().filter(k -> k.number() >= since).toList(),
        descriptor.retention().toMillis());
  }

  Step onJoin(MeshAddress from, Message.Join join, Supplier<Bytes> secrets) {
    Long since = members.get(from);
    if (ended || (since != null && join.version() < since)) {
      return Step.of(this, out -> out.send(from, listFor(from)));
    }
    if (since != null) {
      // It knew that it was in, so it has left without our hearing of it, and is back.
      return Step.of(letIn(from, admitted, secrets));
    }
    boolean invited = !join.invitation().isEmpty();
    if (invited && admitted.contains(join.invitation())) {
      return refuse(from, join.invitation(), "you are no longer in it");
    }
    if (descriptor.open() && !barred.contains(from)) {
      return isFull()
          ? refuse(from, join.invitation(), "it is full")
          : added(from, admitted, secrets);
    }
    // Who was invited comes in when the inviter says so; that may take a while.
    return invited
        ? Step.of(this)
        : refuse(
            from,
            "",
            barred.contains(from)
                ? "its owner has removed you: ask a member to invite you"
                : "by invitation only");
  }

  /** Lets in whom we, or a member, invited; the same invitation counts once. */
  Step admit(MeshAddress person, String invitation, Supplier<Bytes> secrets) {
    if (ended) {
      return refuse(person, invitation, "it has ended");
    }
    if (admitted.contains(invitation)) {
      return Step.of(this);
    }
    List<String> noted = remembering(admitted, invitation);
    if (members.containsKey(person) || isFull()) {
      OwnedActivity next =
          new OwnedActivity(descriptor, version, false, members, farewells, barred, noted, keys);
      return members.containsKey(person)
          ? Step.of(next)
          : new Step(next, refuse(person, invitation, "it is full").effects());
    }
    return added(person, noted, secrets);
  }

  /** A member says whom its invitation brings. */
  Step onAdmit(MeshAddress by, Message.Admit message, Supplier<Bytes> secrets) {
    if (!members.containsKey(by) && !admitted.contains(message.invitation())) {
      return Step.of(this, out -> out.send(by, new Message.NotMember(id(), version)));
    }
    Step step = admit(message.person(), message.invitation(), secrets);
    List<Effect> effects = new ArrayList<>(step.effects());
    effects.add(out -> out.send(by, new Message.Admitted(id(), message.invitation())));
    return new Step(step.record(), effects);
  }

  Step onLeave(MeshAddress from, long knew, Supplier<Bytes> secrets) {
    Long since = members.get(from);
    if (since != null) {
      // One from before it came back has been overtaken.
      return knew < since ? Step.of(this) : removed(from, true, barred, secrets);
    }
    if (farewells.containsKey(from)) {
      return Step.of(this, out -> out.send(from, listFor(from)));
    }
    // A stranger is told nothing of who is in it.
    return Step.of(this, out -> out.send(from, new Message.NotMember(id(), version)));
  }

  /** Whom we list says that it is not in it. */
  Step onNotMember(MeshAddress from, long knew, Supplier<Bytes> secrets) {
    Long since = members.get(from);
    if (since != null && knew >= since) {
      return removed(from, false, barred, secrets);
    }
    return since == null ? withoutFarewell(from) : Step.of(this);
  }

  /** Somebody has a version. */
  Step onSeen(MeshAddress from, long seen) {
    if (members.containsKey(from)) {
      return Step.of(this);
    }
    Long owed = farewells.get(from);
    if (owed == null) {
      return Step.of(this, out -> out.send(from, new Message.NotMember(id(), version)));
    }
    return seen >= owed ? withoutFarewell(from) : Step.of(this);
  }

  /** The owner removes a member. */
  Step remove(MeshAddress member, Supplier<Bytes> secrets) {
    List<MeshAddress> now = remembering(barred, member);
    return removed(member, true, now, secrets);
  }

  /** Ends it for everybody. */
  Step end() {
    NavigableMap<MeshAddress, Long> owed = new TreeMap<>(farewells);
    members.keySet().forEach(m -> owed.put(m, version + 1));
    owed.remove(descriptor.owner());
    OwnedActivity over =
        new OwnedActivity(
            descriptor, version + 1, true, new TreeMap<>(), owed, List.of(), List.of(), List.of());
    return Step.of(
        over, out -> out.changed(over.activity(), "ended"), ActivityOutput::ownedChanged);
  }

  private boolean isFull() {
    return members.size() >= Limits.MAX_MEMBERS;
  }

  private Step added(MeshAddress person, List<String> noted, Supplier<Bytes> secrets) {
    OwnedActivity next = letIn(person, noted, secrets);
    return Step.of(next, out -> out.memberChanged(next.activity(), person, true));
  }

  private OwnedActivity letIn(MeshAddress person, List<String> noted, Supplier<Bytes> secrets) {
    NavigableMap<MeshAddress, Long> now = new TreeMap<>(members);
    now.put(person, version + 1);
    NavigableMap<MeshAddress, Long> owed = new TreeMap<>(farewells);
    owed.remove(person);
    return new OwnedActivity(
        descriptor,
        version + 1,
        false,
        now,
        owed,
        barred.stream().filter(b -> !b.equals(person)).toList(),
        noted,
        newKey(secrets));
  }

  private Step removed(
      MeshAddress person, boolean farewell, List<MeshAddress> nowBarred, Supplier<Bytes> secrets) {
    NavigableMap<MeshAddress, Long> now = new TreeMap<>(members);
    if (person.equals(descriptor.owner()) || now.remove(person) == null) {
      return Step.of(this);
    }
    NavigableMap<MeshAddress, Long> owed = new TreeMap<>(farewells);
    if (farewell) {
      owed.put(person, version + 1);
      if (owed.size() > MAX_REMEMBERED) {
        // Whoever is forgotten here hears it when it next speaks of the activity.
        owed.entrySet().stream()
            .min(Comparator.comparingLong(Map.Entry::getValue))
            .map(Map.Entry::getKey)
            .ifPresent(owed::remove);
      }
    }
    OwnedActivity next =
        new OwnedActivity(
            descriptor, version + 1, false, now, owed, nowBarred, admitted, newKey(secrets));
    return Step.of(next, out -> out.memberChanged(next.activity(), person, false));
  }

  private Step withoutFarewell(MeshAddress person) {
    if (!farewells.containsKey(person)) {
      return Step.of(this);
    }
    NavigableMap<MeshAddress, Long> owed = new TreeMap<>(farewells);
    owed.remove(person);
    return Step.of(
        new OwnedActivity(descriptor, version, ended, members, owed, barred, admitted, keys));
  }

  private Step refuse(MeshAddress person, String invitation, String reason) {
    return Step.of(
        this, out -> out.send(person, new Message.JoinRefused(id(), invitation, reason)));
  }

  private List<GroupKey> newKey(Supplier<Bytes> secrets) {
    List<GroupKey> now = new ArrayList<>();
    now.add(new GroupKey(version + 1, secrets.get()));
    keys.stream().limit(MeshGroups.MAX_KEYS - 1).forEach(now::add);
    return now;
  }

  private static <T> List<T> remembering(List<T> before, T newest) {
    List<T> all = new ArrayList<>(before);
    all.remove(newest);
    all.add(newest);
    return all.subList(Math.max(0, all.size() - MAX_REMEMBERED), all.size());
  }
}

package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.internal.activity.JoinedActivity.Stage;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.presence.SharedActivity;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The activities that this node owns or is in, or wants to be in: finds the record that an event is
 * about, lets its role map it, stores the result, and only then lets out what follows. Stages fail
 * with {@link InvitationException} when the store cannot take it; then nothing has happened.
 *
 * <p>Sans-IO; confined to one event loop.
 */
public final class ActivityRegistry {
  /** Most activities of each kind that a node is in; ended ones make room. */
  public static final int MAX_ACTIVITIES = 256;

  private final MeshAddress self;
  private final Supplier<Bytes> secrets;
  private final ActivityOutput out;
  private final Ledger ledger;

  /** Which version of our lists each addressee has acknowledged; a restart asks them again. */
  private final Map<String, Map<MeshAddress, Long>> seen = new HashMap<>();

  /**
   * Makes a registry of what the store has.
   *
   * @param secrets makes a new random secret of a group's key at each call
   */
  public ActivityRegistry(
      MeshAddress self, ActivityStore store, Supplier<Bytes> secrets, ActivityOutput out) {
    this.self = self;
    this.secrets = secrets;
    this.out = out;
    this.ledger = new Ledger(store, new Released());
  }

  /** Goes on with what the store has; returns those with whom something is unanswered. */
  public Set<MeshAddress> start() {
    for (ActivityRecord record : ledger.stored()) {
      if (!record.membership().members().isEmpty()) {
        out.membership(record.membership());
      }
      if (record.isOver() && record instanceof OwnedActivity) {
        ledger.forget(record.id());
      } else if (isJoined(record) && record instanceof JoinedActivity theirs) {
        // Shows an owner that has lost its store that we are in what it does not know.
        out.send(
            theirs.descriptor().owner(), new Message.MembersSeen(theirs.id(), theirs.version()));
      }
    }
    out.ownedChanged();
    return owing();
  }

  /** Shares a new activity. */
  public CompletionStage<Activity> share(
      String id, String type, String title, boolean open, Duration retention)
      throws InvitationException {
    if (owned().count() >= MAX_ACTIVITIES) {
      // Members that have not heard of the end will, when they next speak of it.
      owned().filter(OwnedActivity::ended).forEach(ours -> forget(ours.id()));
    }
    if (owned().count() >= MAX_ACTIVITIES) {
      throw new InvitationException(
          "this node shares " + MAX_ACTIVITIES + " activities already: leave one");
    }
    Descriptor descriptor = new Descriptor(id, type, title, self, open, retention);
    return activity(ledger.apply(OwnedActivity.share(descriptor, secrets.get())));
  }

  private Stream<OwnedActivity> owned() {
    return ledger.believed().stream()
        .filter(OwnedActivity.class::isInstance)
        .map(OwnedActivity.class::cast);
  }

  /** Returns an activity that we are in. */
  public Optional<Activity> mine(String id) {
    return Optional.ofNullable(ledger.stored(id))
        .filter(ActivityRegistry::isJoined)
        .map(ActivityRecord::activity);
  }

  /** Returns all activities that we are in, or wait to be let in. */
  public List<Activity> mine() {
    return ledger.stored().stream()
        .map(ActivityRecord::activity)
        .filter(a -> a.standing() != Activity.Standing.OUTSIDE)
        .toList();
  }

  /** Says whether we wait to be let in. */
  public boolean isJoining(String id) {
    return ledger.believed(id) instanceof JoinedActivity theirs && theirs.stage() == Stage.WAITING;
  }

  /** Returns what the roster is to announce: what we own. */
  public List<SharedActivity> announced() {
    return ledger.stored().stream()
        .filter(r -> r instanceof OwnedActivity o && !o.ended())
        .map(ActivityRecord::descriptor)
        .map(d -> new SharedActivity(d.id(), d.type(), d.title(), d.open()))
        .toList();
  }

  /** Asks the owner to be let in; completes when that is stored. */
  public CompletionStage<Activity> join(SharedActivity activity, MeshAddress owner)
      throws InvitationException {
    JoinedActivity theirs =
        entry(
            new Descriptor(
                activity.id(), activity.type(), activity.title(), owner, activity.open()));
    return activity(ledger.apply(theirs.ask()));
  }

  /** Whoever asked was told that it failed: it must not come true later. */
  public void abandon(String id) {
    if (ledger.believed(id) instanceof JoinedActivity theirs) {
      apply(theirs.unask(self));
    }
  }

  /**
   * An invitation was accepted: its inviter, or the owner whom it tells, will let us in. Completes
   * when that is stored, or when it is clear that it cannot be; the inviter may then be told.
   */
  public CompletionStage<Void> expect(
      String invitation,
      MeshAddress inviter,
      String id,
      String type,
      String title,
      MeshAddress owner) {
    if (ledger.believed(id) instanceof OwnedActivity) {
      return CompletableFuture.completedFuture(null);
    }
    try {
      JoinedActivity theirs = entry(new Descriptor(id, type, title, owner, false));
      return ledger.apply(theirs.expect(invitation, inviter)).thenApply(r -> null);
    } catch (InvitationException e) {
      // Let in all the same, we shall say that we are not in it.
      out.joinFailed(id, String.valueOf(e.getMessage()));
      return CompletableFuture.completedFuture(null);
    }
  }

  /** An invitation that was accepted came to nothing. */
  public void unexpect(String id, String invitation) {
    if (ledger.believed(id) instanceof JoinedActivity theirs) {
      apply(theirs.unexpect(invitation));
    }
  }

  /** Leaves, ends what we own, or stops waiting; completes when that is stored. */
  public Optional<CompletionStage<Activity>> leave(String id) {
    ActivityRecord record = ledger.believed(id);
    if (record instanceof OwnedActivity ours && !ours.ended()) {
      return Optional.of(activity(ledger.apply(ours.end())));
    }
    if (record instanceof JoinedActivity theirs
        && (theirs.stage() == Stage.JOINED || theirs.stage() == Stage.WAITING)) {
      return Optional.of(activity(ledger.apply(theirs.leave(self))));
    }
    return Optional.empty();
  }

  /**
   * Removes a member from an activity of ours; completes when that is stored.
   *
   * @throws InvitationException when it is not ours, or they are not in it
   */
  public CompletionStage<Activity> remove(String id, MeshAddress member)
      throws InvitationException {
    if (!(ledger.believed(id) instanceof OwnedActivity ours) || ours.ended()) {
      throw new InvitationException("only who shares an activity removes people from it");
    }
    if (member.equals(self)) {
      throw new InvitationException("that is you: leave it to end it for everybody");
    }
    if (!ours.members().containsKey(member)) {
      throw new InvitationException("they are not in '" + ours.descriptor().title() + "'");
    }
    return activity(ledger.apply(ours.remove(member, secrets)));
  }

  /**
   * Somebody accepted our invitation. Completes when it is stored that they come in, or when it is
   * clear that they cannot.
   */
  public CompletionStage<Void> admit(String id, MeshAddress person, String invitation) {
    ActivityRecord record = ledger.believed(id);
    if (record instanceof OwnedActivity ours) {
      return ledger.apply(ours.admit(person, invitation, secrets)).thenApply(r -> null);
    }
    if (!(record instanceof JoinedActivity theirs)) {
      return CompletableFuture.completedFuture(null);
    }
    if (theirs.stage() != Stage.OUT
        && theirs.admissions().size() >= JoinedActivity.MAX_ADMISSIONS) {
      return CompletableFuture.failedFuture(
          new InvitationException("too many people wait for the owner of " + id));
    }
    return ledger.apply(theirs.admit(person, invitation)).thenApply(r -> null);
  }

  /** Takes one message. */
  public void onMessage(MeshAddress from, Message.OfActivity message) {
    ActivityRecord record = ledger.believed(message.activity());
    if (record instanceof OwnedActivity ours) {
      asOwner(ours, from, message);
    } else if (record instanceof JoinedActivity theirs) {
      if (from.equals(theirs.descriptor().owner())) {
        fromOwner(theirs, from, message);
      } else {
        fromOther(theirs, from, message);
      }
    } else {
      asStranger(from, message);
    }
  }

  /** Somebody takes us for a member of what we are not in. */
  public void onStrayLine(MeshAddress from, String id) {
    ActivityRecord record = ledger.believed(id);
    if (record instanceof OwnedActivity ours) {
      apply(Step.of(ours, o -> o.send(from, ours.listFor(from))));
    } else {
      out.send(from, new Message.NotMember(id, 0));
    }
  }

  /** This person restarted and may have forgotten everything. */
  public void onPeerRestarted(MeshAddress peer) {
    seen.values().forEach(s -> s.remove(peer));
    for (ActivityRecord record : ledger.stored()) {
      if (record instanceof JoinedActivity theirs
          && isJoined(theirs)
          && theirs.descriptor().owner().equals(peer)) {
        out.send(peer, new Message.MembersSeen(theirs.id(), theirs.version()));
      }
    }
  }

  /** Says whether something to this person is unanswered. */
  public boolean hasWork(MeshAddress peer) {
    return ledger.stored().stream().anyMatch(r -> hasWork(r, peer));
  }

  /** A stream to this person is ready, or may have lost something: repeat what is unanswered. */
  public void resend(MeshAddress peer) {
    for (ActivityRecord record : ledger.stored()) {
      if (hasWork(record, peer)) {
        if (record instanceof OwnedActivity ours) {
          out.send(peer, ours.listFor(peer));
        } else if (record instanceof JoinedActivity theirs) {
          theirs.resend(peer, out);
        }
      }
    }
  }

  private boolean hasWork(ActivityRecord record, MeshAddress peer) {
    if (record instanceof JoinedActivity theirs) {
      return theirs.hasWork(peer);
    }
    return record instanceof OwnedActivity ours
        && ours.owedTo(peer) > seen.getOrDefault(ours.id(), Map.of()).getOrDefault(peer, 0L);
  }

  private Set<MeshAddress> owing() {
    Set<MeshAddress> all = new TreeSet<>();
    for (ActivityRecord record : ledger.stored()) {
      record.correspondents().stream().filter(p -> hasWork(record, p)).forEach(all::add);
    }
    return all;
  }

  private static boolean isJoined(ActivityRecord record) {
    return record.activity().joined();
  }

  /** Returns the record of what somebody else owns; a new one is stored with its first step. */
  private JoinedActivity entry(Descriptor descriptor) throws InvitationException {
    ActivityRecord known = ledger.believed(descriptor.id());
    if (known instanceof JoinedActivity theirs
        && theirs.descriptor().owner().equals(descriptor.owner())) {
      return theirs;
    }
    if (known != null) {
      throw new InvitationException(
          "activity " + descriptor.id() + " is known here with another owner");
    }
    if (joinedCount() >= MAX_ACTIVITIES) {
      ledger.believed().stream()
          .filter(r -> r instanceof JoinedActivity && r.isOver())
          .forEach(r -> forget(r.id()));
    }
    if (joinedCount() >= MAX_ACTIVITIES) {
      throw new InvitationException(
          "this node is in " + MAX_ACTIVITIES + " activities already: leave one");
    }
    return JoinedActivity.unknown(descriptor);
  }

  private long joinedCount() {
    return ledger.believed().stream().filter(JoinedActivity.class::isInstance).count();
  }

  private void asOwner(OwnedActivity ours, MeshAddress from, Message.OfActivity message) {
    if (message instanceof Message.Join join) {
      apply(ours.onJoin(from, join, secrets));
    } else if (message instanceof Message.Admit admit) {
      apply(ours.onAdmit(from, admit, secrets));
    } else if (message instanceof Message.Leave leave) {
      apply(ours.onLeave(from, leave.version(), secrets));
    } else if (message instanceof Message.NotMember not) {
      apply(ours.onNotMember(from, not.version(), secrets));
    } else if (message instanceof Message.MembersSeen acknowledged) {
      onSeen(ours, from, acknowledged.version());
    } else {
      out.violation(from, "speaks as owner of our activity");
    }
  }

  private void onSeen(OwnedActivity ours, MeshAddress from, long version) {
    if (version > ours.version()) {
      out.violation(from, "acknowledges a list that never was");
      return;
    }
    if (ours.owedTo(from) > 0) {
      seen.computeIfAbsent(ours.id(), id -> new HashMap<>()).merge(from, version, Math::max);
    }
    apply(ours.onSeen(from, version));
  }

  private void fromOwner(JoinedActivity theirs, MeshAddress from, Message.OfActivity message) {
    if (message instanceof Message.Members list) {
      apply(theirs.onMembers(list, self));
    } else if (message instanceof Message.JoinRefused refused) {
      apply(theirs.onJoinRefused(refused));
    } else if (message instanceof Message.Admitted admitted) {
      apply(theirs.onAdmitted(admitted.invitation()));
    } else if (message instanceof Message.NotMember not) {
      apply(theirs.onNotMember(not.version()));
    } else {
      out.violation(from, "an owner speaks as member");
    }
  }

  private void fromOther(JoinedActivity theirs, MeshAddress from, Message.OfActivity message) {
    if (message instanceof Message.Leave leave) {
      apply(theirs.onMemberLeaves(from, leave.version()));
    } else if (message instanceof Message.Join join) {
      apply(theirs.onInviteeAsks(from, join));
    } else if (message instanceof Message.NotMember) {
      apply(theirs.onOthersNotMember(from));
    } else if (message instanceof Message.MembersSeen || message instanceof Message.Admit) {
      // From somebody who believes that we own it: nothing of ours.
      out.send(from, new Message.NotMember(theirs.id(), 0));
    } else {
      out.violation(from, "speaks as owner of what another owns");
    }
  }

  /** Somebody takes us for the owner or a member of what we know nothing of: say so. */
  private void asStranger(MeshAddress from, Message.OfActivity message) {
    if (message instanceof Message.Members list) {
      out.send(
          from,
          list.members().contains(self)
              ? new Message.NotMember(list.activity(), list.version())
              : new Message.MembersSeen(list.activity(), list.version()));
    } else if (message instanceof Message.Join
        || message instanceof Message.Leave
        || message instanceof Message.Admit
        || message instanceof Message.MembersSeen) {
      out.send(from, new Message.NotMember(message.activity(), 0));
    }
    // Acknowledgements and refusals of what we forgot need no answer.
  }

  /** For what nobody waits for: a failure is told by the ledger, and peers repeat themselves. */
  private void apply(Step step) {
    var unused = ledger.apply(step);
  }

  private void forget(String id) {
    ledger.forget(id);
    seen.remove(id);
  }

  private static CompletionStage<Activity> activity(CompletionStage<ActivityRecord> stage) {
    return stage.thenApply(ActivityRecord::activity);
  }

  private final class Released implements Ledger.Reader {
    @Override
    public void stored(@Nullable ActivityRecord before, ActivityRecord now, List<Effect> effects) {
      // The channel is to know before the application speaks in it.
      if (before == null || !before.membership().equals(now.membership())) {
        out.membership(now.membership());
      }
      if (now instanceof OwnedActivity ours
          && (before == null || before.version() < ours.version())) {
        ours.correspondents().stream()
            .sorted()
            .filter(p -> hasWork(ours, p))
            .forEach(p -> out.send(p, ours.listFor(p)));
      }
      effects.forEach(effect -> effect.release(out));
      if (now.isOver() && now instanceof OwnedActivity) {
        forget(now.id());
      }
    }

    @Override
    public void fellBack() {
      owing().forEach(out::reopened);
    }
  }
}

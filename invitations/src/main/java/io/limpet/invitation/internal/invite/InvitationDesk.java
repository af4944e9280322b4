package io.limpet.invitation.internal.invite;

import io.limpet.invitation.Activity;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.InvitationException;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All invitations of one node: finds the session that an event is about, lets the engine of its
 * role map it, stores the result, and only then lets the effects out.
 *
 * <p>Sans-IO: is given the time, owns no thread. Confined to one event loop.
 */
public final class InvitationDesk {
  /** Where effects go, each after the session that they follow from is stored. */
  public interface Output {
    /** Says something to a peer; may be lost, the desk repeats it when a stream is ready. */
    void send(MeshAddress peer, Message message);

    /** We are invited. */
    void received(Invitation invitation);

    /** A state changed. */
    void changed(Invitation invitation);

    /** Our invitee said yes; completes when it is stored that they come in. May come again. */
    CompletionStage<Void> admit(InvitationSession session);

    /** We said yes; completes when it is stored that we wait to be let in. May come again. */
    CompletionStage<Void> expect(InvitationSession session);

    /** Our yes came to nothing. */
    void unexpect(InvitationSession session);

    /** What this person had settled could not be stored: it is open again. */
    void reopened(MeshAddress peer);

    /** A peer broke the protocol. */
    void violation(MeshAddress peer, String what);
  }

  private static final Logger LOG = LoggerFactory.getLogger(InvitationDesk.class);

  /**
   * Two people invite each other to the same thing. Both want it, so it is agreed; the older
   * identifier stands and the other is withdrawn. Each side sees both identifiers, so both choose
   * alike without another word.
   */
  private static final String CROSSED = "crossed with yours";

  private final MeshAddress self;
  private final String selfName;
  private final InvitationStore store;
  private final DeskLimits limits;
  private final Inbox inbox;
  private final History history;
  private final Predicate<String> isMember;
  private final Output out;
  private final Map<String, InvitationSession> sessions = new LinkedHashMap<>();

  /** What the store has: what is believed falls back to it when the store fails. */
  private final Map<String, InvitationSession> stored = new LinkedHashMap<>();

  private final Answered answered = new Answered();
  private int failures;
  private CompletionStage<Void> lastPut = CompletableFuture.completedFuture(null);

  /**
   * Opens the desk with what the store has.
   *
   * @param isMember says whether we are in an activity
   */
  public InvitationDesk(
      MeshAddress self,
      String selfName,
      InvitationStore store,
      DeskLimits limits,
      InvitePolicy policy,
      Predicate<String> isMember,
      Output out) {
    this.self = self;
    this.selfName = selfName;
    this.store = store;
    this.limits = limits;
    this.inbox = new Inbox(limits, policy);
    this.history = new History(limits);
    this.isMember = isMember;
    this.out = out;
    for (InvitationSession session : store.load()) {
      sessions.put(session.id(), session);
    }
    stored.putAll(sessions);
  }

  /** Returns all sessions as the store has them, in no particular order. */
  public Collection<InvitationSession> sessions() {
    return List.copyOf(stored.values());
  }

  /** Completes with an invitation as it is now when the store has that. */
  public CompletionStage<Invitation> whenStored(InvitationSession session) {
    return apply(session, Step.ignore(session));
  }

  /** Returns one session. */
  public Optional<InvitationSession> session(String id) {
    return Optional.ofNullable(sessions.get(id));
  }

  /** Returns an open invitation of ours of this person to this activity. */
  public Optional<InvitationSession> openInvitation(MeshAddress to, String activity) {
    return openInvitations(activity).stream().filter(s -> s.peer().equals(to)).findFirst();
  }

  /** Returns an open invitation of this person's to what we would invite them to. */
  public Optional<InvitationSession> openReturn(MeshAddress from, Activity ours) {
    return open(Role.INVITEE, from, SameThing.of(self, ours)).stream().findFirst();
  }

  /** Returns the open ones of one role, with this person, to one thing, the oldest first. */
  private List<InvitationSession> open(Role role, MeshAddress peer, SameThing thing) {
    return of(peer).stream()
        .filter(s -> s.role() == role && !s.state().isFinal())
        .filter(s -> SameThing.of(s).isSameAs(thing))
        .sorted(Comparator.comparing(InvitationSession::id))
        .toList();
  }

  /** Returns our open invitations to this activity. */
  public List<InvitationSession> openInvitations(String activity) {
    return sessions.values().stream()
        .filter(s -> s.role() == Role.INVITER && !s.state().isFinal())
        .filter(s -> s.invitation().activity().equals(activity))
        .toList();
  }

  /** Invites; completes with the invitation when it is stored. */
  public CompletionStage<Invitation> invite(Invitation draft, MeshAddress owner, Instant now) {
    return apply(
        null, InviterEngine.onCreate(new InvitationSession(Role.INVITER, draft, owner, true), now));
  }

  /** Returns a new invitation, not yet stored, that lapses after this time or the usual one. */
  public Invitation draft(
      String id,
      MeshAddress to,
      String toName,
      Activity activity,
      Optional<Duration> lifetime,
      Instant now) {
    return new Invitation(
        id,
        self,
        selfName,
        to,
        toName,
        activity.id(),
        activity.type(),
        activity.title(),
        State.PENDING,
        Map.of(State.PENDING, now),
        now.plus(lifetime.orElse(limits.lifetime())),
        "");
  }

  /** Accepts or declines an invitation to us; completes when that is stored. */
  public CompletionStage<Invitation> decide(
      String id, boolean accepted, String reason, Instant now) {
    InvitationSession s = sessions.get(id);
    if (s == null) {
      return failed("no invitation " + id + " is known here");
    }
    if (s.role() != Role.INVITEE) {
      return failed("invitation " + id + " is not addressed to us: we sent it");
    }
    s = settleTime(s, now);
    if (s.state().isFinal()) {
      return failed(alreadyEnded(s));
    }
    return apply(s, InviteeEngine.onDecide(s, accepted, reason, now));
  }

  /** Takes back an invitation of ours; completes when that is stored. */
  public CompletionStage<Invitation> withdraw(String id, String reason, Instant now) {
    InvitationSession s = sessions.get(id);
    if (s == null) {
      return failed("no invitation " + id + " is known here");
    }
    if (s.role() != Role.INVITER) {
      return failed("invitation " + id + " is not ours to withdraw: decline it");
    }
    s = settleTime(s, now);
    if (s.state().isFinal()) {
      return failed(alreadyEnded(s));
    }
    return apply(s, InviterEngine.onWithdraw(s, reason, now));
  }

  /** We are in an activity: whoever invites us to it has our yes. */
  public void onMember(String activity, Instant now) {
    for (InvitationSession s : List.copyOf(sessions.values())) {
      if (s.role() == Role.INVITEE
          && s.state() == State.DELIVERED
          && s.invitation().activity().equals(activity)) {
        apply(s, InviteeEngine.onDecide(s, true, "", now));
      }
    }
  }

  /** Takes one message. */
  public void onMessage(MeshAddress from, Message.OfInvitation message, Instant now, String name) {
    InvitationSession s = sessions.get(message.id());
    if (s == null) {
      onUnknown(from, message, now, name);
      return;
    }
    if (!s.peer().equals(from)) {
      out.violation(from, "speaks of an invitation between others");
      return;
    }
    Step step = s.role() == Role.INVITER ? asInviter(s, message, now) : asInvitee(s, message, now);
    apply(s, step);
  }

  /** A stream to this person is ready, or may have lost something: repeat what is unanswered. */
  public void resend(MeshAddress peer, Instant now) {
    for (InvitationSession s : of(peer)) {
      apply(
          s,
          s.role() == Role.INVITER
              ? InviterEngine.onPeerReady(s, now)
              : InviteeEngine.onPeerReady(s));
    }
  }

  /** This person restarted and may have forgotten everything. */
  public void onPeerRestarted(MeshAddress peer) {
    for (InvitationSession s : of(peer)) {
      if (s.role() == Role.INVITER) {
        apply(s, InviterEngine.onPeerRestarted(s));
      }
    }
  }

  /** Says whether this person owes us an answer. */
  public boolean hasWork(MeshAddress peer) {
    return sessions.values().stream().anyMatch(s -> s.outstanding() && s.peer().equals(peer));
  }

  /** Lets time pass: ends what has lapsed. */
  public void onTime(Instant now) {
    for (InvitationSession s : List.copyOf(sessions.values())) {
      settleTime(s, now);
    }
  }

  /** Returns when {@link #onTime} is next due, if ever; at once while an end is not stored yet. */
  public Optional<Instant> nextDeadline() {
    return stored.values().stream()
        .filter(s -> !s.state().isFinal())
        .map(s -> s.invitation().expires())
        .min(Comparator.naturalOrder());
  }

  private InvitationSession settleTime(InvitationSession s, Instant now) {
    Step step =
        s.role() == Role.INVITER ? InviterEngine.onTime(s, now) : InviteeEngine.onTime(s, now);
    if (!step.session().equals(s)) {
      apply(s, step);
    }
    return step.session();
  }

  private static Step asInviter(InvitationSession s, Message.OfInvitation message, Instant now) {
    if (message instanceof Message.Receipt) {
      return InviterEngine.onReceipt(s, now);
    } else if (message instanceof Message.Refused refused) {
      return InviterEngine.onRefused(s, refused.reason(), now);
    } else if (message instanceof Message.Decision decision) {
      return InviterEngine.onDecision(s, decision.accepted(), decision.reason(), now);
    } else if (message instanceof Message.Withdrawn) {
      return InviterEngine.onWithdrawn(s);
    }
    return Step.invalid(s, "an invitee speaks as inviter");
  }

  private static Step asInvitee(InvitationSession s, Message.OfInvitation message, Instant now) {
    if (message instanceof Message.Invite invite) {
      return InviteeEngine.onInvite(s, invite);
    } else if (message instanceof Message.Outcome outcome) {
      return InviteeEngine.onOutcome(s, outcome.state(), now);
    } else if (message instanceof Message.Withdraw withdraw) {
      return InviteeEngine.onWithdraw(s, withdraw.reason(), now);
    }
    return Step.invalid(s, "an inviter speaks as invitee");
  }

  private void onUnknown(MeshAddress from, Message.OfInvitation message, Instant now, String name) {
    if (message instanceof Message.Invite invite) {
      onNewInvite(from, invite, now, name);
    } else if (message instanceof Message.Decision) {
      // We lost it, or never had it. Either way it leads nowhere, and the invitee is to know.
      out.send(from, new Message.Outcome(message.id(), State.EXPIRED));
    } else if (message instanceof Message.Withdraw) {
      out.send(from, answered.remember(from, new Message.Withdrawn(message.id())));
    }
    // Receipts, refusals, outcomes and the like of what we forgot need no answer.
  }

  private void onNewInvite(MeshAddress from, Message.Invite invite, Instant now, String name) {
    Optional<Message.OfInvitation> before = answered.of(from, invite.id());
    if (before.isPresent()) {
      out.send(from, before.get());
      return;
    }
    Optional<String> forbidden = inbox.forbidden(from);
    if (forbidden.isPresent()) {
      refuse(from, invite, forbidden.get());
      return;
    }
    List<InvitationSession> crossing = open(Role.INVITER, from, SameThing.of(from, invite));
    if (!crossing.isEmpty() && older(crossing.get(0).id(), invite.id())) {
      // They will see ours, accept it and withdraw theirs; until then they repeat themselves.
      return;
    }
    if (inbox.isTooFast(from, now)) {
      return;
    }
    Optional<String> full = inbox.full(from, sessions.values());
    if (full.isPresent()) {
      refuse(from, invite, full.get());
      return;
    }
    crossing.forEach(ours -> apply(ours, InviterEngine.onWithdraw(ours, CROSSED, now)));
    take(from, invite, now, name, !crossing.isEmpty() || isMember.test(invite.activity()));
  }

  private void refuse(MeshAddress from, Message.Invite invite, String reason) {
    out.send(from, answered.remember(from, new Message.Refused(invite.id(), reason)));
  }

  private void take(
      MeshAddress from, Message.Invite invite, Instant now, String name, boolean agreed) {
    Invitation invitation =
        new Invitation(
            invite.id(),
            from,
            name.isEmpty() ? invite.fromName() : name,
            self,
            selfName,
            invite.activity(),
            invite.type(),
            invite.title(),
            State.DELIVERED,
            Map.of(State.DELIVERED, now),
            now.plusMillis(invite.remainingMs()),
            "");
    InvitationSession s = new InvitationSession(Role.INVITEE, invitation, invite.owner(), false);
    apply(null, InviteeEngine.onCreate(s));
    if (agreed) {
      apply(s, InviteeEngine.onDecide(s, true, "", now));
    }
  }

  /**
   * Puts a step's session and releases its effects when the store has it. A step that changes
   * nothing waits for the puts before it, because its effects may speak of what they store.
   */
  private CompletionStage<Invitation> apply(@Nullable InvitationSession before, Step step) {
    InvitationSession s = step.session();
    boolean changed = !s.equals(before);
    if (changed) {
      sessions.put(s.id(), s);
      lastPut = store.put(s);
      if (s.state().isFinal()) {
        history.excess(sessions.values(), s).ifPresent(this::forget);
      }
    }
    int failuresBefore = failures;
    return lastPut.handle(
        (done, failure) -> {
          if (failure != null) {
            takeBack(failuresBefore);
            LOG.warn("invitation {} could not be stored, nothing was sent", s.id(), failure);
            throw new CompletionException(
                new InvitationException(
                    "the invitation could not be stored, and nothing was sent: "
                        + failure.getMessage()));
          }
          if (changed && sessions.containsKey(s.id())) { // not forgotten meanwhile
            stored.put(s.id(), s);
          }
          step.effects().forEach(effect -> release(s, effect));
          return s.invitation();
        });
  }

  /**
   * What is not stored must not be repeated later either: back to what the store has. All that was
   * put before the failure was known fails with it, so that once is enough for all.
   */
  private void takeBack(int failuresBefore) {
    if (failures == failuresBefore) {
      failures++;
      sessions.clear();
      sessions.putAll(stored);
      lastPut = CompletableFuture.completedFuture(null); // nothing rests on the failed one any more
      sessions.values().stream()
          .filter(InvitationSession::outstanding)
          .map(InvitationSession::peer)
          .distinct()
          .forEach(out::reopened);
    }
  }

  private void release(InvitationSession s, Effect effect) {
    if (effect instanceof Effect.Send send) {
      out.send(s.peer(), send.message());
    } else if (effect instanceof Effect.Received) {
      out.received(s.invitation());
    } else if (effect instanceof Effect.Changed) {
      out.changed(s.invitation());
    } else if (effect instanceof Effect.Admit admit) {
      sayAfter(out.admit(s), s, admit.then());
    } else if (effect instanceof Effect.Expect expect) {
      sayAfter(out.expect(s), s, expect.then());
    } else if (effect instanceof Effect.Unexpect) {
      out.unexpect(s);
    } else if (effect instanceof Effect.Violation violation) {
      out.violation(s.peer(), violation.what());
    }
  }

  /** What cannot be stored is not said; it comes again when one of the two repeats itself. */
  private void sayAfter(
      CompletionStage<Void> stored, InvitationSession s, Message.OfInvitation message) {
    stored.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            out.send(s.peer(), message);
          } else {
            LOG.warn(
                "membership by invitation {} is not stored, nothing was said", s.id(), failure);
            out.reopened(s.peer());
          }
        });
  }

  private void forget(InvitationSession s) {
    if (s.role() == Role.INVITEE) {
      answered.remember(s.peer(), InviteeEngine.lastWord(s));
    }
    sessions.remove(s.id());
    stored.remove(s.id());
    store.remove(s.id());
  }

  private List<InvitationSession> of(MeshAddress peer) {
    return sessions.values().stream().filter(s -> s.peer().equals(peer)).toList();
  }

  private static boolean older(String id, String than) {
    // Canonical text of a UUIDv7 sorts by time first.
    return id.compareTo(than) < 0;
  }

  private static String alreadyEnded(InvitationSession s) {
    return "invitation " + s.id() + " is already decided: " + s.state();
  }

  private static <T> CompletionStage<T> failed(String message) {
    return CompletableFuture.failedFuture(new InvitationException(message));
  }
}

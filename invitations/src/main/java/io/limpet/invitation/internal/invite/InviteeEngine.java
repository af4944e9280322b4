package io.limpet.invitation.internal.invite;

import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.internal.wire.Message;
import java.time.Instant;

/**
 * The invitee's side of one invitation: pure functions from a session and an event to a step. Every
 * state is listed in every function: do, ignore, or invalid.
 */
public final class InviteeEngine {
  private InviteeEngine() {}

  /** A new invitation came; the receipt goes out when the store has it. */
  public static Step onCreate(InvitationSession s) {
    return Step.of(
        s, send(new Message.Receipt(s.id())), new Effect.Received(), new Effect.Changed());
  }

  /** It came again: our answer was lost, or the inviter restarted. */
  public static Step onInvite(InvitationSession s, Message.Invite again) {
    if (!again.activity().equals(s.invitation().activity()) || !again.owner().equals(s.owner())) {
      return Step.invalid(s, "changes what it invites to");
    }
    return switch (s.state()) {
      case ACCEPTED, DECLINED -> Step.of(s, decision(s));
      // Withdrawn: the invitation was overtaken by its withdrawal.
      case DELIVERED, EXPIRED, WITHDRAWN, PENDING -> Step.of(s, send(lastWord(s)));
    };
  }

  /** What a copy of the invitation is answered that comes when this has ended. */
  static Message.OfInvitation lastWord(InvitationSession s) {
    return switch (s.state()) {
      case ACCEPTED, DECLINED ->
          new Message.Decision(s.id(), s.state() == State.ACCEPTED, s.invitation().reason());
      case WITHDRAWN -> new Message.Withdrawn(s.id());
      case DELIVERED, EXPIRED -> new Message.Receipt(s.id());
      case PENDING -> throw pending(s);
    };
  }

  /** We decide; the caller has checked that it is still open. */
  public static Step onDecide(InvitationSession s, boolean accepted, String reason, Instant now) {
    return switch (s.state()) {
      case DELIVERED -> {
        State state = accepted ? State.ACCEPTED : State.DECLINED;
        InvitationSession next = s.to(state, now, true, reason);
        yield Step.of(next, decision(next), new Effect.Changed());
      }
      case ACCEPTED, DECLINED, WITHDRAWN, EXPIRED -> Step.ignore(s);
      case PENDING -> throw pending(s);
    };
  }

  /** The inviter says how it ended. */
  public static Step onOutcome(InvitationSession s, State outcome, Instant now) {
    return switch (s.state()) {
      case ACCEPTED, DECLINED -> {
        if (!s.outstanding()) {
          yield Step.ignore(s);
        }
        if (outcome == s.state()) {
          yield Step.ignore(s.withOutstanding(false));
        }
        // Ours came too late: the inviter's state is the truth.
        InvitationSession next = s.to(outcome, now, false, "");
        yield s.state() == State.ACCEPTED
            ? Step.of(next, new Effect.Unexpect(), new Effect.Changed())
            : Step.of(next, new Effect.Changed());
      }
      case WITHDRAWN, EXPIRED -> Step.ignore(s);
      case DELIVERED -> Step.invalid(s, "answers a decision that never was");
      case PENDING -> throw pending(s);
    };
  }

  /** The inviter takes it back. */
  public static Step onWithdraw(InvitationSession s, String reason, Instant now) {
    Effect understood = send(new Message.Withdrawn(s.id()));
    return switch (s.state()) {
      // Lapsed by our clock, perhaps before its time: the inviter's state is the truth.
      case DELIVERED, EXPIRED -> {
        InvitationSession next = s.to(State.WITHDRAWN, now, false, reason);
        yield Step.of(next, understood, new Effect.Changed());
      }
      case ACCEPTED, DECLINED -> {
        if (!s.outstanding()) {
          yield Step.invalid(s, "withdraws what it has agreed was decided");
        }
        // The two crossed on the air: the inviter's state is the truth.
        InvitationSession next = s.to(State.WITHDRAWN, now, false, reason);
        yield s.state() == State.ACCEPTED
            ? Step.of(next, understood, new Effect.Unexpect(), new Effect.Changed())
            : Step.of(next, understood, new Effect.Changed());
      }
      case WITHDRAWN -> Step.of(s, understood);
      case PENDING -> throw pending(s);
    };
  }

  /** Time passed. */
  public static Step onTime(InvitationSession s, Instant now) {
    return switch (s.state()) {
      case DELIVERED ->
          s.isLapsed(now)
              ? Step.of(s.to(State.EXPIRED, now, false, ""), new Effect.Changed())
              : Step.ignore(s);
      // A decision made in time is repeated beyond it: the inviter says whether it counted.
      case ACCEPTED, DECLINED, WITHDRAWN, EXPIRED -> Step.ignore(s);
      case PENDING -> throw pending(s);
    };
  }

  /** There is a stream to the inviter, or an earlier one was lost: repeat what is unanswered. */
  public static Step onPeerReady(InvitationSession s) {
    return switch (s.state()) {
      case ACCEPTED, DECLINED -> s.outstanding() ? Step.of(s, decision(s)) : Step.ignore(s);
      case DELIVERED, WITHDRAWN, EXPIRED -> Step.ignore(s);
      case PENDING -> throw pending(s);
    };
  }

  /** Our yes is said when it is stored that we expect to be let in; which counts once. */
  private static Effect decision(InvitationSession s) {
    Message.OfInvitation decision = lastWord(s);
    return s.state() == State.ACCEPTED ? new Effect.Expect(decision) : send(decision);
  }

  private static Effect send(Message.OfInvitation message) {
    return new Effect.Send(message);
  }

  private static AssertionError pending(InvitationSession s) {
    return new AssertionError("an invitee stores nothing as pending: " + s.id());
  }
}

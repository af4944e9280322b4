package io.limpet.invitation.internal.invite;

import io.limpet.invitation.Invitation.State;
import io.limpet.invitation.internal.wire.Message;
import java.time.Instant;

/**
 * The inviter's side of one invitation: pure functions from a session and an event to a step.
 *
 * <p>The inviter's state is the truth: a decision that comes after it ended otherwise is answered
 * with how it ended. Every state is listed in every function: do, ignore, or invalid.
 */
public final class InviterEngine {
  private InviterEngine() {}

  /** A new invitation, not yet stored: once it is, it goes out. */
  public static Step onCreate(InvitationSession s, Instant now) {
    return Step.of(s.withOutstanding(true), new Effect.Changed(), send(invite(s, now)));
  }

  /** The invitee's store has it. */
  public static Step onReceipt(InvitationSession s, Instant now) {
    return switch (s.state()) {
      case PENDING -> Step.of(s.to(State.DELIVERED, now, false, ""), new Effect.Changed());
      case DELIVERED -> Step.ignore(s.withOutstanding(false));
      // A receipt that was overtaken by what came after it.
      case ACCEPTED, DECLINED, WITHDRAWN, EXPIRED -> Step.ignore(s);
    };
  }

  /** The invitee's service did not take it: inbox full, or not allowed. */
  public static Step onRefused(InvitationSession s, String reason, Instant now) {
    return switch (s.state()) {
      // DELIVERED too: an invitee that lost its store may refuse what it once had.
      case PENDING, DELIVERED ->
          Step.of(s.to(State.DECLINED, now, false, reason), new Effect.Changed());
      case ACCEPTED, DECLINED, WITHDRAWN, EXPIRED -> Step.ignore(s);
    };
  }

  /** The invitee decided. */
  public static Step onDecision(InvitationSession s, boolean accepted, String reason, Instant now) {
    return switch (s.state()) {
      case PENDING, DELIVERED -> {
        if (s.isLapsed(now)) {
          InvitationSession lapsed = s.to(State.EXPIRED, now, false, "");
          yield Step.of(lapsed, new Effect.Changed(), send(outcome(lapsed)));
        }
        // A decision implies the receipt that may have been lost.
        InvitationSession had =
            s.state() == State.PENDING ? s.to(State.DELIVERED, now, false, "") : s;
        InvitationSession done =
            had.to(accepted ? State.ACCEPTED : State.DECLINED, now, false, reason);
        yield accepted
            ? Step.of(done, new Effect.Changed(), admit(done))
            : Step.of(done, new Effect.Changed(), send(outcome(done)));
      }
      // Said again because our answer was lost, or too late: the answer is the same. The admission
      // may not have been stored the first time, and counts once.
      case ACCEPTED -> Step.of(s, admit(s));
      case DECLINED, WITHDRAWN, EXPIRED -> Step.of(s, send(outcome(s)));
    };
  }

  /** The invitee understood that it was withdrawn. */
  public static Step onWithdrawn(InvitationSession s) {
    return switch (s.state()) {
      case WITHDRAWN -> Step.ignore(s.withOutstanding(false));
      case PENDING, DELIVERED, ACCEPTED, DECLINED, EXPIRED ->
          Step.invalid(s, "acknowledges a withdrawal that never was");
    };
  }

  /** We take it back; the caller has checked that it is still open. */
  public static Step onWithdraw(InvitationSession s, String reason, Instant now) {
    return switch (s.state()) {
      case PENDING, DELIVERED -> {
        InvitationSession next = s.to(State.WITHDRAWN, now, true, reason);
        yield Step.of(next, new Effect.Changed(), send(new Message.Withdraw(s.id(), reason)));
      }
      case ACCEPTED, DECLINED, WITHDRAWN, EXPIRED -> Step.ignore(s);
    };
  }

  /** Time passed. */
  public static Step onTime(InvitationSession s, Instant now) {
    return switch (s.state()) {
      case PENDING, DELIVERED ->
          s.isLapsed(now)
              ? Step.of(s.to(State.EXPIRED, now, false, ""), new Effect.Changed())
              : Step.ignore(s);
      // A withdrawal is said until it is heard, beyond that time, too: both are to know one end.
      case ACCEPTED, DECLINED, WITHDRAWN, EXPIRED -> Step.ignore(s);
    };
  }

  /** There is a stream to the invitee, or an earlier one was lost: repeat what is unanswered. */
  public static Step onPeerReady(InvitationSession s, Instant now) {
    if (!s.outstanding()) {
      return Step.ignore(s);
    }
    return switch (s.state()) {
      case PENDING, DELIVERED -> Step.of(s, send(invite(s, now)));
      case WITHDRAWN -> Step.of(s, send(new Message.Withdraw(s.id(), s.invitation().reason())));
      case ACCEPTED, DECLINED, EXPIRED -> Step.ignore(s);
    };
  }

  /** The invitee restarted and may have forgotten: ask for a receipt again. */
  public static Step onPeerRestarted(InvitationSession s) {
    return switch (s.state()) {
      case PENDING, DELIVERED -> Step.ignore(s.withOutstanding(true));
      case ACCEPTED, DECLINED, WITHDRAWN, EXPIRED -> Step.ignore(s);
    };
  }

  private static Message.Invite invite(InvitationSession s, Instant now) {
    var i = s.invitation();
    long remainingMs = Math.max(0, i.expires().toEpochMilli() - now.toEpochMilli());
    return new Message.Invite(
        i.id(), i.activity(), i.activityType(), i.title(), s.owner(), i.fromName(), remainingMs);
  }

  private static Effect admit(InvitationSession s) {
    return new Effect.Admit(outcome(s));
  }

  private static Message.Outcome outcome(InvitationSession s) {
    return new Message.Outcome(s.id(), s.state());
  }

  private static Effect send(Message.OfInvitation message) {
    return new Effect.Send(message);
  }
}

package io.limpet.invitation.internal.invite;

import io.limpet.invitation.Invitation;
import io.limpet.invitation.Invitation.State;
import io.limpet.link.MeshAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * One side's whole knowledge of one invitation: what the store keeps, and what the engines map from
 * and to. A value; safe for any thread.
 *
 * @param role which side we are
 * @param invitation what the application sees
 * @param owner who owns the activity; the inviter unless a member invites
 * @param outstanding whether the other side owes us an answer, so that we repeat ourselves
 */
public record InvitationSession(
    Role role, Invitation invitation, MeshAddress owner, boolean outstanding) {

  /** Returns the other side. */
  public MeshAddress peer() {
    return role == Role.INVITER ? invitation.to() : invitation.from();
  }

  /** Returns the invitation's identifier. */
  public String id() {
    return invitation.id();
  }

  /** Returns where it stands. */
  public State state() {
    return invitation.state();
  }

  /** Returns whether it has ended and both sides know. */
  public boolean isSettled() {
    return state().isFinal() && !outstanding;
  }

  /** Returns whether its time has run out by this clock. */
  public boolean isLapsed(Instant now) {
    return !now.isBefore(invitation.expires());
  }

  /** Returns a copy in another state, reached now. */
  InvitationSession to(State state, Instant now, boolean nowOutstanding, String reason) {
    Map<State, Instant> times = new EnumMap<>(State.class);
    times.putAll(invitation.times());
    times.put(state, now);
    Invitation next =
        new Invitation(
            invitation.id(),
            invitation.from(),
            invitation.fromName(),
            invitation.to(),
            invitation.toName(),
            invitation.activity(),
            invitation.activityType(),
            invitation.title(),
            state,
            Collections.unmodifiableMap(times),
            invitation.expires(),
            reason);
    return new InvitationSession(role, next, owner, nowOutstanding);
  }

  /** Returns a copy to which the other side owes, or no longer owes, an answer. */
  InvitationSession withOutstanding(boolean value) {
    return value == outstanding ? this : new InvitationSession(role, invitation, owner, value);
  }
}

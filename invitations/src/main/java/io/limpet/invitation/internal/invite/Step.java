package io.limpet.invitation.internal.invite;

import java.util.List;

/**
 * What an event makes of a session. A value; safe for any thread.
 *
 * @param session the session after it; equal to the one before when nothing is to be stored
 * @param effects what to do when it is stored, in order
 */
public record Step(InvitationSession session, List<Effect> effects) {
  static Step of(InvitationSession session, Effect... effects) {
    return new Step(session, List.of(effects));
  }

  static Step ignore(InvitationSession session) {
    return new Step(session, List.of());
  }

  static Step invalid(InvitationSession session, String what) {
    return of(session, new Effect.Violation(what + " in state " + session.state()));
  }
}

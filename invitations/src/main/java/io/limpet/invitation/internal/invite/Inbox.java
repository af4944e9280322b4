package io.limpet.invitation.internal.invite;

import io.limpet.link.MeshAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * Decides what becomes of a new invitation before anything is kept of it: the policy first, then
 * its sender's pace, then the room that is left.
 */
final class Inbox {
  private final DeskLimits limits;
  private final InvitePolicy policy;
  private final Pace pace;

  Inbox(DeskLimits limits, InvitePolicy policy) {
    this.limits = limits;
    this.policy = policy;
    this.pace = new Pace(limits.newAtOnce(), limits.newPerMinute());
  }

  /** Returns why this person may not invite us, in words for them. */
  Optional<String> forbidden(MeshAddress from) {
    return policy.refusal(from);
  }

  /** Says whether this person invites faster than is taken; it will be repeated later. */
  boolean isTooFast(MeshAddress from, Instant now) {
    return !pace.tryTake(from, now);
  }

  /** Returns why there is no room for one more of this person's, in words for them. */
  Optional<String> full(MeshAddress from, Collection<InvitationSession> sessions) {
    int all = 0;
    int theirs = 0;
    for (InvitationSession s : sessions) {
      // What we have decided counts until its inviter knows: until then it must not be forgotten.
      if (s.role() == Role.INVITEE && !s.isSettled()) {
        all++;
        theirs += s.peer().equals(from) ? 1 : 0;
      }
    }
    if (theirs >= limits.openPerSender()) {
      return Optional.of("too many of your invitations are open here");
    }
    return all >= limits.openInAll() ? Optional.of("the inbox is full") : Optional.empty();
  }
}

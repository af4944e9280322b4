package io.limpet.invitation.internal.invite;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which of the ended invitations is forgotten next: they are a bounded history, per person so that
 * one cannot push out the others.
 *
 * <p>An invitee's decision that its inviter does not know yet is never forgotten: the inviter would
 * say the invitation again, and it would be told twice. The inbox bounds those.
 */
final class History {
  private final DeskLimits limits;

  History(DeskLimits limits) {
    this.limits = limits;
  }

  /** Returns what is to be forgotten now that this one has ended. */
  Optional<InvitationSession> excess(
      Collection<InvitationSession> sessions, InvitationSession newest) {
    if (!mayBeForgotten(newest)) {
      return Optional.empty();
    }
    List<InvitationSession> ended =
        sessions.stream()
            .filter(History::mayBeForgotten)
            .filter(s -> !s.id().equals(newest.id()))
            .toList();
    List<InvitationSession> theirs =
        ended.stream().filter(s -> s.peer().equals(newest.peer())).toList();
    if (theirs.size() >= limits.endedPerPeer()) {
      return oldest(theirs);
    }
    return ended.size() >= limits.endedInAll() ? oldest(ended) : Optional.empty();
  }

  private static boolean mayBeForgotten(InvitationSession s) {
    return s.isSettled() || (s.state().isFinal() && s.role() == Role.INVITER);
  }

  /**
   * The one that ended first, so that what has just ended can still be found. Prefers one on which
   * both sides agree: a withdrawal that was not heard may still matter.
   */
  private static Optional<InvitationSession> oldest(List<InvitationSession> ended) {
    return ended.stream()
        .min(
            Comparator.comparing((InvitationSession s) -> !s.isSettled())
                .thenComparing(History::endedAt));
  }

  private static Instant endedAt(InvitationSession s) {
    return s.invitation().times().getOrDefault(s.state(), Instant.EPOCH);
  }
}

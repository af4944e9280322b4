package io.limpet.invitation;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Invitations to people without Limpet: each arrives as one line of chat that says what it is and
 * how to join. Safe for any thread. Stages fail with {@link InvitationException}.
 *
 * <p>A line is stored before it is said, and said again until their program is known to have read
 * it: whoever crashes in between may have it twice, for a chat program does not recognise it.
 */
public interface ChatInvitations {
  /**
   * Invites somebody; completes when that is stored, before it is said. An invitation to the same
   * activity that is pending already is returned instead of a second one.
   *
   * @param personId of somebody who is {@linkplain io.limpet.presence.PlainPeople#person here}
   * @param lifetime {@link Invitations#SHORTEST_LIFE} to {@link Invitations#LONGEST_LIFE}: for so
   *     long it is tried whenever they are here
   */
  CompletionStage<ChatInvitation> invite(String personId, String activityId, Duration lifetime);

  /** Completes when an invitation's state is final, or with its present state when time is up. */
  CompletionStage<ChatInvitation> await(String invitationId, Duration atMost);

  /** Takes back an invitation that has not been said; completes when that is stored. */
  CompletionStage<ChatInvitation> withdraw(String invitationId);

  /** Returns all of them, newest first; of those that ended the latest 256. */
  CompletionStage<List<ChatInvitation>> invitations();
}

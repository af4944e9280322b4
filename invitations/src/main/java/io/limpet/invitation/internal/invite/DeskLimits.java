package io.limpet.invitation.internal.invite;

import java.time.Duration;

/**
 * Bounds of the desk. Immutable; safe for any thread.
 *
 * @param openPerSender most open invitations from one person: undecided, or decided and the inviter
 *     does not know
 * @param openInAll most open invitations from everybody
 * @param endedPerPeer most ended invitations kept per person; the oldest are forgotten
 * @param endedInAll most ended invitations kept
 * @param newAtOnce how many new invitations one person may send at once
 * @param newPerMinute how many a minute after that
 * @param lifetime how long an invitation of ours runs unless told otherwise
 */
public record DeskLimits(
    int openPerSender,
    int openInAll,
    int endedPerPeer,
    int endedInAll,
    int newAtOnce,
    int newPerMinute,
    Duration lifetime) {
  /** Returns the defaults. */
  public static DeskLimits defaults() {
    return new DeskLimits(16, 256, 64, 1024, 64, 120, Duration.ofHours(24));
  }
}

package io.limpet.invitation.internal.invite;

import java.time.Duration;

/**
 * Bounds of the desk. Immutable; safe for any thread.
 *
 * @param openPerSender most undecided invitations from one person
 * @param openInAll most undecided invitations from everybody
 * @param endedPerPeer most ended invitations kept per person; the oldest are forgotten
 * @param endedInAll most ended invitations kept
 * @param lifetime how long an invitation of ours runs
 */
public record DeskLimits(
    int openPerSender, int openInAll, int endedPerPeer, int endedInAll, Duration lifetime) {
  /** Returns the defaults. */
  public static DeskLimits defaults() {
    return new DeskLimits(16, 256, 64, 1024, Duration.ofHours(24));
  }
}

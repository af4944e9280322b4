package io.limpet.invitation;

import io.limpet.link.MeshAddress;

/** Something that happened to an invitation or an activity. All are values. */
public sealed interface InvitationEvent {
  /** Somebody invites us. */
  record Received(Invitation invitation) implements InvitationEvent {}

  /** An invitation of either side changed its state. */
  record Changed(Invitation invitation) implements InvitationEvent {}

  /** An invitation of ours to somebody without Limpet was stored in a state. */
  record ByChat(ChatInvitation invitation) implements InvitationEvent {}

  /**
   * Where we stand with an activity has changed.
   *
   * @param what {@code shared}, {@code joined}, {@code left}, {@code ended} (by its owner), {@code
   *     removed} (we were), {@code refused} (what we waited for came to nothing)
   */
  record ActivityChanged(Activity activity, String what) implements InvitationEvent {}

  /** A member came or went. */
  record MemberChanged(Activity activity, MeshAddress member, boolean joined)
      implements InvitationEvent {}

  /**
   * A member falls behind in what we say and publish, and nobody waits for it any more (it will be
   * given a state later); or has caught up.
   */
  record MemberSlow(Activity activity, MeshAddress member, boolean slow)
      implements InvitationEvent {}

  /**
   * We have taken a member's state: as a newcomer, or because we lagged too far behind to be served
   * otherwise.
   */
  record StateTaken(Activity activity, MeshAddress from) implements InvitationEvent {}

  /** What a member said or published is lost here for good: nobody has it any more. */
  record MessagesMissed(Activity activity, MeshAddress from) implements InvitationEvent {}

  /** Somebody (perhaps we) said something. */
  record Said(Line line) implements InvitationEvent {}
}

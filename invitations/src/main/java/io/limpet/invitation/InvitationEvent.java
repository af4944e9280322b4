package io.limpet.invitation;

import io.limpet.link.MeshAddress;

/** Something that happened to an invitation or an activity. All are values. */
public sealed interface InvitationEvent {
  /** Somebody invites us. */
  record Received(Invitation invitation) implements InvitationEvent {}

  /** An invitation of either side changed its state. */
  record Changed(Invitation invitation) implements InvitationEvent {}

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

  /** Somebody (perhaps we) said something. */
  record Said(Line line) implements InvitationEvent {}
}

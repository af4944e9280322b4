package io.limpet.invitation;

import io.limpet.link.MeshAddress;

/** Something that happened to an invitation or an activity. All are values. */
public sealed interface InvitationEvent {
  /** Somebody invites us. */
  record Received(Invitation invitation) implements InvitationEvent {}

  /** An invitation of either side changed its state. */
  record Changed(Invitation invitation) implements InvitationEvent {}

  /** An activity was shared, joined or left by us. */
  record ActivityChanged(Activity activity, String what) implements InvitationEvent {}

  /** A member came or went. */
  record MemberChanged(Activity activity, MeshAddress member, boolean joined)
      implements InvitationEvent {}

  /** Somebody (perhaps we) said something. */
  record Said(Line line) implements InvitationEvent {}
}

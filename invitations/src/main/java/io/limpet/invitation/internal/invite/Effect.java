package io.limpet.invitation.internal.invite;

import io.limpet.invitation.internal.wire.Message;

/** What is to be done once the new session is stored. All are values. */
public sealed interface Effect {
  /** Say this to the other side. */
  record Send(Message.OfInvitation message) implements Effect {}

  /** Tell the application that it has been invited. */
  record Received() implements Effect {}

  /** Tell the application that the state changed. */
  record Changed() implements Effect {}

  /** Inviter: the invitee said yes; make it a member, and when that is stored, say this. */
  record Admit(Message.OfInvitation then) implements Effect {}

  /** Invitee: we said yes; expect to be made a member, and when that is stored, say this. */
  record Expect(Message.OfInvitation then) implements Effect {}

  /** Invitee: our yes came to nothing; stop expecting. */
  record Unexpect() implements Effect {}

  /** The other side broke the protocol: count it. */
  record Violation(String what) implements Effect {}
}

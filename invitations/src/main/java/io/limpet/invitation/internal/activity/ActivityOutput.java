package io.limpet.invitation.internal.activity;

import io.limpet.invitation.Activity;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;

/** Where what follows from membership goes, once it is stored. Called on the event loop. */
public interface ActivityOutput {
  /** Says something to a peer; may be lost, it is repeated when a stream is ready. */
  void send(MeshAddress peer, Message message);

  /** We shared, joined or left one, or it ended; {@code what} is one word. */
  void changed(Activity activity, String what);

  /** A member came or went. */
  void memberChanged(Activity activity, MeshAddress member, boolean joined);

  /** To whom lines go, and with which keys, is new. */
  void membership(Membership membership);

  /** An attempt to join came to nothing. */
  void joinFailed(String activity, String reason);

  /** The activities that we own have changed. */
  void ownedChanged();

  /** What this person had settled could not be stored: it is open again. */
  void reopened(MeshAddress peer);

  /** A peer broke the protocol. */
  void violation(MeshAddress peer, String what);
}

package io.limpet.invitation.internal.group;

import io.limpet.invitation.Line;
import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;

/** Where what a channel does goes. Called on the event loop. */
public interface GroupOutput {
  /** Says something to a member; may be lost, and is made good when a stream is ready. */
  void send(MeshAddress peer, Message.OfGroup message);

  /** Gives the application a line: in order per sender, each once. */
  void deliver(Line line);

  /** A peer broke the protocol, or its line was dropped. */
  void violation(MeshAddress peer, String what);
}

package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import io.limpet.link.SendOutcome;

/** Where what a channel says goes. Called on the event loop; never calls back within the call. */
public interface ChannelOutput {
  /** Returns the largest packet that fits a datagram to all, in bytes; 0: there is no multicast. */
  int maxPacketBytes();

  /** Sends a packet to all members by multicast. */
  SendOutcome multicast(byte[] packet);

  /** Sends a packet to one member in a datagram. */
  SendOutcome direct(MeshAddress member, byte[] packet);

  /** Says whether what goes to a member alone goes by unicast, and so at a unicast's rate. */
  boolean isUnicast(MeshAddress member);

  /** Says something to a member by stream; may be lost, and is made good when one is ready. */
  void stream(MeshAddress member, Message.OfGroup message);

  /** The store has answered: when the channel wants to be called may have changed. */
  void rescheduled();

  /** A peer broke the protocol. */
  void violation(MeshAddress peer, String what);
}

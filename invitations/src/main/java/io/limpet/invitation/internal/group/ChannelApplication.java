package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;
import java.util.List;

/** Whom a channel serves. Called on the event loop; must not call the channel back. */
public interface ChannelApplication {
  /** Returns what else is to be stored with a message, in the same commit. */
  List<ChannelStore.Change> record(Delivery delivery);

  /** Takes a message that is stored: in order per sender, each once after the last snapshot. */
  void deliver(Delivery delivery);

  /** Returns the state that follows from all that was delivered so far. */
  byte[] capture();

  /** Returns what else is to be stored with a snapshot that is about to be restored. */
  List<ChannelStore.Change> recordSnapshot(byte[] snapshot);

  /** Takes a member's state in place of its own; what it does not hold is delivered after it. */
  void restore(MeshAddress from, byte[] snapshot);

  /** Messages of this sender are lost here for good: nobody has them any more. */
  void missed(MeshAddress sender);

  /** A member falls behind, and nobody waits for it any more; or has caught up. */
  void slow(MeshAddress member, boolean slow);
}

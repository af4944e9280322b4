package io.limpet.tcp;

import io.limpet.link.MeshAddress;
import org.jspecify.annotations.Nullable;

/** Hears of every connection of a node. Called on the link's event loop; must not block. */
@FunctionalInterface
public interface ConnectionListener {

  /** What became of a connection. */
  enum Change {
    /** It is established: the other side has accepted it. */
    OPENED,
    /** Data has been pending without any sign of the peer. */
    SUSPECT,
    /** The peer gave a sign of life after {@link #SUSPECT}. */
    RESUMED,
    /** It is over. */
    CLOSED
  }

  /**
   * Takes one change.
   *
   * @param reason why it is over, null unless {@link Change#CLOSED}
   */
  void onChange(
      Change change, MeshAddress peer, int localPort, int remotePort, @Nullable CloseReason reason);
}

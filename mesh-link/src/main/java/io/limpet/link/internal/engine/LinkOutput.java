package io.limpet.link.internal.engine;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.LinkEvent;
import io.limpet.link.MeshAddress;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What the engine asks of the world. Called on the engine's own thread. */
public interface LinkOutput {
  /**
   * Sends one datagram; it may wait for the runtime's next flush.
   *
   * @param destination null for multicast
   * @param datagram its ownership passes
   * @return false when it was dropped here: no socket, or its queue is full
   */
  boolean transmit(
      int interfaceIndex,
      Carrier carrier,
      @Nullable InetSocketAddress destination,
      ByteBuf datagram);

  /**
   * Says whether what is sent now would go out soon: not when much waits for the medium already.
   * Asked before what can wait in its sender as well as here.
   */
  default boolean hasRoom(int interfaceIndex, Carrier carrier) {
    return true;
  }

  /**
   * Takes our part in a multicast group anew, soon: what is sent to it does not arrive here.
   * Nothing where there is no membership to renew.
   */
  default void rejoin(int interfaceIndex, Carrier carrier) {}

  /** Hands up one payload; valid during the call only. */
  void deliver(MeshAddress from, int protocolCode, ByteBuf payload);

  /** Hands up what was said to a group; valid during the call only. */
  void deliverToGroup(Bytes groupId, MeshAddress from, long keyNumber, ByteBuf payload);

  /** Tells what happened. */
  void emit(LinkEvent event);
}

package io.limpet.link.internal.engine;

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
   * Takes our part in a multicast group anew, soon: what is sent to it does not arrive here.
   * Nothing where there is no membership to renew.
   */
  default void rejoin(int interfaceIndex, Carrier carrier) {}

  /** Hands up one payload; valid during the call only. */
  void deliver(MeshAddress from, int protocolCode, ByteBuf payload);

  /** Tells what happened. */
  void emit(LinkEvent event);
}

package io.limpet.link.internal.runtime;

import io.limpet.link.Carrier;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One carrier on one interface: where a datagram came in says how it travelled. Confined to the
 * event loop.
 */
interface CarrierPort {
  /** Returns how datagrams travel here. */
  Carrier carrier();

  /** Returns the interface that it belongs to. */
  int interfaceIndex();

  /**
   * Queues one datagram, whose ownership passes.
   *
   * @param destination null for the group
   * @return false when it was dropped
   */
  boolean send(@Nullable InetSocketAddress destination, ByteBuf datagram);

  /** Says whether little waits here to be transmitted. */
  default boolean hasRoom() {
    return true;
  }

  /** Hears what arrives. */
  interface Listener {
    /** Takes one datagram; valid during the call only. */
    void onDatagram(CarrierPort port, InetSocketAddress source, ByteBuf datagram);

    /** A batch is over. */
    void onReadComplete();

    /** The system refused a datagram as larger than it takes the way to be (EMSGSIZE). */
    default void onTooLarge(CarrierPort port) {}

    /** The port has closed by itself. */
    void onClosed(CarrierPort port);
  }
}

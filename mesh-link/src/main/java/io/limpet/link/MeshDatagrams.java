package io.limpet.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;

/**
 * Sealed, unreliable datagrams between identities: all that a transport protocol needs from the
 * link.
 *
 * <p>Confined to {@link #eventLoop()}; only {@code eventLoop()}, {@code localAddress()} and what
 * concerns listeners may be called from other threads.
 */
public interface MeshDatagrams {

  /** Returns the event loop that owns the link. */
  EventLoop eventLoop();

  /** Returns this node's own address. */
  MeshAddress localAddress();

  /**
   * Returns the largest payload that is known to fit one datagram to the peer on every path in use,
   * in bytes. It begins small, grows within a round trip or two of the first use, and shrinks when
   * large datagrams turn out to be lost (RFC 8899): {@link LinkEvent.PathMtuChanged} and {@link
   * LinkEvent.PathChanged} are the times to ask again.
   */
  int maxPayloadBytes(MeshAddress peer);

  /**
   * Returns the largest payload that may be tried for the peer, in bytes, not below {@link
   * #maxPayloadBytes}, and above it only where all that an ordinary frame takes is known to pass
   * and the interfaces in use take more. Whether that arrives is for the transport to find out (RFC
   * 8899); larger ones are refused.
   */
  default int largestPayloadBytes(MeshAddress peer) {
    return maxPayloadBytes(peer);
  }

  /**
   * Returns the largest payload that may arrive from any peer, in bytes: what the interfaces in use
   * take, whatever the paths do. A transport that tells its peer what it can receive tells this.
   */
  default int receivablePayloadBytes(MeshAddress peer) {
    return largestPayloadBytes(peer);
  }

  /**
   * Seals and sends one datagram by whatever path works now.
   *
   * <p>Loss, duplication and reordering are possible; forgery and replay are not. Datagrams may
   * wait for {@link #flush()}.
   *
   * @param payload its ownership passes to the link, whatever the outcome
   */
  SendOutcome send(MeshAddress peer, Protocol protocol, ByteBuf payload);

  /** Hands what was sent since the last flush to the kernel. */
  void flush();

  /** Sets the one receiver of a protocol's datagrams, replacing an earlier one. */
  void setReceiver(Protocol protocol, Receiver receiver);

  /**
   * Adds a listener for link events; called on the event loop, in order. Of every peer that is
   * heard already it is told at once by a {@link LinkEvent.PeerHeard}. From any thread; off the
   * event loop it happens soon.
   */
  void addListener(LinkListener listener);

  /** Removes a listener; from any thread, off the event loop soon. */
  void removeListener(LinkListener listener);

  /** Receives the datagrams of one protocol. */
  interface Receiver {
    /**
     * Takes one authenticated datagram.
     *
     * @param from the peer that sealed it
     * @param payload valid during the call only; retain or copy what is kept
     * @param ingressNs when it was read from the socket, on the event loop's ticker
     */
    void onDatagram(MeshAddress from, ByteBuf payload, long ingressNs);

    /** Called when a batch of datagrams has been delivered: the moment to answer. */
    default void onBatchComplete() {}
  }
}

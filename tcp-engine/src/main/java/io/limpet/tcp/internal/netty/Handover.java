package io.limpet.tcp.internal.netty;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.internal.engine.TcpEvent;
import org.jspecify.annotations.Nullable;

/**
 * What the two ends of a queued conduit have in common: bytes both ways, and what each end last
 * said. Only the latest word of each kind counts, so that nothing piles up.
 *
 * <p>Each field is written by one end, and cleared by the other where it is a request; then follows
 * a signal, or a look at what the other end may have changed meanwhile.
 */
final class Handover {

  /** Most received bytes that leave the connection before the channel has read them. */
  private static final int MAX_INBOUND_BYTES = 256 * 1024;

  final ByteQueue inbound = new ByteQueue();
  final ByteQueue outbound = new ByteQueue();
  final int inboundCapacity;

  // Said by the channel's end.

  /** What arrives is wanted. */
  volatile boolean reading;

  /** A write came up short: the channel is to be told of room. */
  volatile boolean writerWaiting;

  /** Where in the stream, counted since the conduit is, what was last marked urgent ends. */
  volatile long urgentOutEnd;

  // Said by the link's end.

  /** Where in the stream, counted since the conduit is, what the peer calls urgent ends. */
  volatile long urgentInEnd;

  /** The peer has called something urgent, or more. */
  volatile boolean urgent;

  /** Received bytes have stayed with the connection, unwanted or for want of room. */
  volatile boolean heldBack;

  /** Nothing comes after what is in {@link #inbound}. */
  volatile boolean inputDone;

  /** What is in {@link #inbound} ends with the peer's FIN. */
  volatile boolean inputAtEnd;

  /** Bytes that may be written and not yet acknowledged; 0 before the connection is known. */
  volatile int outboundCapacity;

  /** Bytes that were written and acknowledged, since the conduit is. */
  volatile long acknowledged;

  /** There is room for whoever waits to write. */
  volatile boolean writable;

  /** The local port of the connection that was opened, or 0. */
  volatile int localPort;

  volatile @Nullable Throwable openFailure;
  volatile boolean connected;
  volatile TcpEvent.@Nullable PeerSuspect suspicion;
  volatile @Nullable CloseReason closed;

  Handover(int receiveBufferBytes) {
    inboundCapacity = Math.min(receiveBufferBytes, MAX_INBOUND_BYTES);
  }

  /** Says whether there is so much room for received bytes that it is worth a signal. */
  boolean hasInboundRoom() {
    return inbound.bytes() <= inboundCapacity / 2;
  }
}

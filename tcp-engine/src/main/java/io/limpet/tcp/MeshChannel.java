package io.limpet.tcp;

import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A connection between mesh addresses as a Netty channel: everything a {@code SocketChannel} is,
 * and what only this TCP can tell.
 *
 * <p>Accepted channels and those of {@link MeshTcp#clientChannels()} are of this type.
 */
public interface MeshChannel extends SocketChannel {

  /**
   * Returns a snapshot of the connection's statistics. Any thread. Fails with {@code
   * NotYetConnectedException} before {@code connect}.
   */
  CompletionStage<TcpInfo> tcpInfo();

  /**
   * Flushes, and marks everything that has been written to this channel and is not yet acknowledged
   * as urgent: the peer is told at once, even while its window is closed, and hears {@link
   * ConnectionEvent.Urgent}. The data itself overtakes nothing. What is to be urgent is written
   * without a flush before: what has been acknowledged already is not. Any thread. New protocols
   * should not use this (RFC 9293 section 3.8.5, SHLD-13).
   *
   * @return done when the mark is set; fails once the output is closed
   */
  ChannelFuture markUrgent();

  /** Returns why the connection ended, or null while it has not. Any thread. */
  @Nullable CloseReason closeReason();
}

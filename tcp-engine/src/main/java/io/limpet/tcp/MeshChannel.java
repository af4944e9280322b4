package io.limpet.tcp;

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

  /** Returns why the connection ended, or null while it has not. Any thread. */
  @Nullable CloseReason closeReason();
}

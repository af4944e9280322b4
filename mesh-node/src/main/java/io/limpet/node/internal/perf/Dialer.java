package io.limpet.node.internal.perf;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;

/**
 * Opens connections to the side that is measured against: the measuring handlers do not know
 * whether they run on mesh TCP or on something that it is compared with. Used on its event loop.
 */
public interface Dialer {
  /** Returns the loop on which all connections live. */
  EventLoop eventLoop();

  /**
   * Opens a connection with a handler of its own.
   *
   * @param timeoutMs for how long to try
   * @param failed ends exceptionally when there is no connection
   */
  void open(ChannelHandler handler, int timeoutMs, CompletableFuture<?> failed);

  /**
   * Opens a connection that Netty's own bootstrap can open, as {@link #open} demands it.
   *
   * @param bootstrap with its group and its kind of channel
   */
  static void connect(
      Bootstrap bootstrap,
      SocketAddress to,
      ChannelHandler handler,
      int timeoutMs,
      CompletableFuture<?> failed) {
    bootstrap
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs)
        .handler(handler)
        .connect(to)
        .addListener(
            connected -> {
              if (!connected.isSuccess()) {
                failed.completeExceptionally(connected.cause());
              }
            });
  }

  /** Says, in a word, what carries the connections; {@code none} when nothing does. */
  CompletableFuture<String> carrier();
}

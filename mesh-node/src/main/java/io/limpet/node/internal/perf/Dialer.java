package io.limpet.node.internal.perf;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
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

  /** Says, in a word, what carries the connections; {@code none} when nothing does. */
  CompletableFuture<String> carrier();
}

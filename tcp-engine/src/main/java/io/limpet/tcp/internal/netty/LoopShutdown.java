package io.limpet.tcp.internal.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import org.jspecify.annotations.Nullable;

/** Closes a channel when the event loop that it lives on is shut down, as Netty's own are. */
final class LoopShutdown {

  private final Channel channel;
  private final Runnable hook = this::close;
  private @Nullable SingleThreadEventExecutor watched;

  LoopShutdown(Channel channel) {
    this.channel = channel;
  }

  void watch(EventLoop loop) {
    if (loop instanceof SingleThreadEventExecutor executor) {
      watched = executor;
      executor.addShutdownHook(hook);
    }
  }

  void unwatch() {
    SingleThreadEventExecutor executor = watched;
    if (executor != null) {
      watched = null;
      executor.removeShutdownHook(hook);
    }
  }

  private void close() {
    channel.unsafe().close(channel.unsafe().voidPromise());
  }
}

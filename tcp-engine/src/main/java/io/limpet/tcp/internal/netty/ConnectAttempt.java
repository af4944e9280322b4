package io.limpet.tcp.internal.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection that somebody waits for: it succeeds, fails, times out, or is cancelled, and only
 * the first of these counts.
 */
final class ConnectAttempt {

  private final Channel channel;
  private final ChannelPromise promise;
  private final @Nullable ScheduledFuture<?> timeout;

  ConnectAttempt(Channel channel, SocketAddress remote, int timeoutMillis, ChannelPromise promise) {
    this.channel = channel;
    this.promise = promise;
    this.timeout =
        timeoutMillis <= 0
            ? null
            : channel
                .eventLoop()
                .schedule(
                    () -> onTimeout(remote, timeoutMillis), timeoutMillis, TimeUnit.MILLISECONDS);
    promise.addListener(
        future -> {
          if (future.isCancelled()) {
            closeChannel();
          }
        });
  }

  private void onTimeout(SocketAddress remote, int timeoutMillis) {
    if (promise.tryFailure(
        new ConnectTimeoutException(
            "connection timed out after " + timeoutMillis + " ms: " + remote))) {
      closeChannel();
    }
  }

  /** Returns false if the attempt was cancelled meanwhile: then nobody wants the connection. */
  boolean succeed() {
    cancelTimeout();
    return promise.trySuccess();
  }

  void fail(Throwable cause) {
    cancelTimeout();
    promise.tryFailure(cause);
  }

  private void cancelTimeout() {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  private void closeChannel() {
    cancelTimeout();
    channel.unsafe().close(channel.unsafe().voidPromise());
  }
}

package io.limpet.tcp.internal.netty;

import io.limpet.tcp.MeshChannel;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What Netty asks of a channel whose two directions can be shut down one by one. */
abstract class DuplexStreamChannel extends AbstractChannel implements MeshChannel {

  private volatile boolean inputShutdown;
  private volatile boolean outputShutdown;

  DuplexStreamChannel(@Nullable ServerSocketChannel parent) {
    super(parent);
  }

  /** The output is about to be shut down: what waits for room goes now. On the event loop. */
  abstract void beforeShutdownOutput();

  /** Shuts the input down, on the event loop. */
  abstract void shutdownInputNow(ChannelPromise promise);

  final void markInputShutdown() {
    inputShutdown = true;
  }

  final void markOutputShutdown() {
    outputShutdown = true;
  }

  @Override
  public final boolean isInputShutdown() {
    return inputShutdown;
  }

  @Override
  public final boolean isOutputShutdown() {
    return outputShutdown;
  }

  @Override
  public final boolean isShutdown() {
    return inputShutdown && outputShutdown;
  }

  @Override
  public final ChannelFuture shutdownOutput() {
    return shutdownOutput(newPromise());
  }

  @Override
  public final ChannelFuture shutdownOutput(ChannelPromise promise) {
    execute(
        () -> {
          beforeShutdownOutput();
          ((AbstractUnsafe) unsafe()).shutdownOutput(promise);
        });
    return promise;
  }

  @Override
  public final ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  @Override
  public final ChannelFuture shutdownInput(ChannelPromise promise) {
    execute(() -> shutdownInputNow(promise));
    return promise;
  }

  private void execute(Runnable task) {
    EventLoop loop = eventLoop();
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  @Override
  public final ChannelFuture shutdown() {
    return shutdown(newPromise());
  }

  @Override
  public final ChannelFuture shutdown(ChannelPromise promise) {
    shutdownOutput()
        .addListener(
            output -> shutdownInput().addListener(input -> complete(promise, output, input)));
    return promise;
  }

  private static void complete(ChannelPromise promise, Future<?> output, Future<?> input) {
    Throwable cause = output.cause() != null ? output.cause() : input.cause();
    if (cause == null) {
      promise.setSuccess();
    } else {
      promise.setFailure(cause);
    }
  }

  @Override
  public final @Nullable ServerSocketChannel parent() {
    return (ServerSocketChannel) super.parent();
  }

  /** Not the superclass's, which remembers what it was told before the port was known. */
  @Override
  public final @Nullable InetSocketAddress localAddress() {
    return localAddress0();
  }

  @Override
  public final @Nullable InetSocketAddress remoteAddress() {
    return remoteAddress0();
  }

  @Override
  protected abstract @Nullable InetSocketAddress localAddress0();

  @Override
  protected abstract @Nullable InetSocketAddress remoteAddress0();
}

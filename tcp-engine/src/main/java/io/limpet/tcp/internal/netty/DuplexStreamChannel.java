package io.limpet.tcp.internal.netty;

import io.limpet.tcp.MeshChannel;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What Netty asks of a channel whose two directions can be shut down one by one. */
abstract class DuplexStreamChannel extends AbstractChannel implements MeshChannel {

  private final TcpDriver driver;
  private volatile boolean inputShutdown;
  private volatile boolean outputShutdown;

  DuplexStreamChannel(@Nullable ServerSocketChannel parent, TcpDriver driver) {
    super(parent);
    this.driver = driver;
  }

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
    driver.execute(() -> ((AbstractUnsafe) unsafe()).shutdownOutput(promise));
    return promise;
  }

  @Override
  public final ChannelFuture shutdownInput() {
    return shutdownInput(newPromise());
  }

  @Override
  public final ChannelFuture shutdownInput(ChannelPromise promise) {
    driver.execute(() -> shutdownInputNow(promise));
    return promise;
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

  @Override
  public final @Nullable InetSocketAddress localAddress() {
    return (InetSocketAddress) super.localAddress();
  }

  @Override
  public final @Nullable InetSocketAddress remoteAddress() {
    return (InetSocketAddress) super.remoteAddress();
  }
}

package io.limpet.tcp.internal.netty;

import io.limpet.tcp.MeshChannel;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/** What Netty asks of a channel with two ends, whose two directions can be shut down one by one. */
abstract class DuplexStreamChannel extends AbstractChannel implements MeshChannel {

  /** As a message in the outbound buffer: what was written before it is urgent. */
  static final Object URGENT_MARK =
      new Object() {
        @Override
        public String toString() {
          return "urgent mark";
        }
      };

  private volatile boolean inputShutdown;
  private volatile boolean outputShutdown;

  /** This end, once bound or connecting. */
  volatile @Nullable InetSocketAddress local;

  /** The other end, once connecting. */
  volatile @Nullable InetSocketAddress remote;

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

  @Override
  public final ChannelFuture markUrgent() {
    ChannelPromise promise = newPromise();
    execute(
        () -> {
          // Behind what handlers have passed on, and not through them: they know only data.
          unsafe().write(URGENT_MARK, promise);
          unsafe().flush();
        });
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
  protected final @Nullable InetSocketAddress localAddress0() {
    return local;
  }

  @Override
  protected final @Nullable InetSocketAddress remoteAddress0() {
    return remote;
  }

  final InetSocketAddress remoteOrThrow() {
    InetSocketAddress address = remote;
    if (address == null) {
      throw new NotYetConnectedException();
    }
    return address;
  }
}

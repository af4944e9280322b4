package io.limpet.tcp.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A channel as a pair of blocking streams: a bounded queue on the way in, Netty's promises on the
 * way out.
 *
 * <p>Any thread but the event loop may block here.
 */
final class BlockingStream extends ChannelInboundHandlerAdapter {

  /** Beyond this the channel reads no more until the queue has been emptied by half. */
  private static final int MAX_QUEUED_BYTES = 256 * 1024;

  private static final int MAX_WRITE_BYTES = 64 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<ByteBuf> queue = new ArrayDeque<>();
  private int queuedBytes;
  private boolean paused;
  private boolean atEnd;
  private boolean closed;
  private @Nullable IOException failure;

  // ---------------------------------------------------------------- on the event loop

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf buffer = (ByteBuf) msg;
    lock.lock();
    try {
      if (closed) {
        buffer.release();
        return;
      }
      queue.add(buffer);
      queuedBytes += buffer.readableBytes();
      if (queuedBytes >= MAX_QUEUED_BYTES && !paused) {
        paused = true;
        ctx.channel().config().setAutoRead(false);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
    if (evt instanceof ChannelInputShutdownReadComplete) {
      end(null);
    }
    ctx.fireUserEventTriggered(evt);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    end(cause instanceof IOException e ? e : new SocketException(String.valueOf(cause)));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end(null);
  }

  private void end(@Nullable IOException cause) {
    lock.lock();
    try {
      if (!atEnd) {
        atEnd = true;
        failure = cause;
      } else if (failure == null) {
        failure = cause;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- on the application's threads

  /**
   * Reads what there is, at least one byte.
   *
   * @param timeoutMillis 0 to wait for ever
   * @return how many bytes, -1 at the end
   */
  int read(Channel channel, byte[] target, int offset, int length, int timeoutMillis)
      throws IOException {
    if (length == 0) {
      return 0;
    }
    checkMayBlock(channel);
    lock.lock();
    try {
      long remainingNs =
          timeoutMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
      boolean interrupted = false;
      try {
        while (queue.isEmpty() && !closed && !atEnd) {
          if (remainingNs <= 0) {
            throw new SocketTimeoutException("Read timed out");
          }
          try {
            remainingNs = changed.awaitNanos(remainingNs);
          } catch (InterruptedException e) {
            // As the JDK's sockets: a platform thread's interrupt waits until the read is done.
            interrupted = true;
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
      return take(channel, target, offset, length);
    } finally {
      lock.unlock();
    }
  }

  private int take(Channel channel, byte[] target, int offset, int length) throws IOException {
    if (closed) {
      throw new SocketException("Socket closed");
    }
    int taken = 0;
    ByteBuf buffer = queue.peek();
    while (buffer != null && taken < length) {
      int portion = Math.min(length - taken, buffer.readableBytes());
      buffer.readBytes(target, offset + taken, portion);
      taken += portion;
      if (!buffer.isReadable()) {
        queue.remove().release();
      }
      buffer = queue.peek();
    }
    queuedBytes -= taken;
    if (paused && queuedBytes <= MAX_QUEUED_BYTES / 2) {
      paused = false;
      channel.config().setAutoRead(true);
    }
    if (taken > 0) {
      return taken;
    }
    IOException cause = failure;
    if (cause != null) {
      throw again(cause);
    }
    return -1;
  }

  /** A fresh exception, with the caller's own stack, for something that happened elsewhere. */
  private static IOException again(IOException cause) {
    SocketException exception = new SocketException(cause.getMessage());
    exception.initCause(cause);
    return exception;
  }

  int available() {
    lock.lock();
    try {
      return queuedBytes;
    } finally {
      lock.unlock();
    }
  }

  /** Writes all, waiting while the connection takes no more. */
  void write(Channel channel, byte[] source, int offset, int length) throws IOException {
    checkMayBlock(channel);
    int done = 0;
    while (done < length) {
      int portion = Math.min(MAX_WRITE_BYTES, length - done);
      // Copied, because the caller may change the array as soon as this returns.
      ByteBuf copy = Unpooled.copiedBuffer(source, offset + done, portion);
      ChannelFuture written = channel.writeAndFlush(copy).awaitUninterruptibly();
      if (!written.isSuccess()) {
        throw writeFailure(written.cause());
      }
      done += portion;
    }
  }

  private IOException writeFailure(Throwable cause) {
    lock.lock();
    try {
      if (closed) {
        return new SocketException("Socket closed");
      }
      IOException known = failure;
      if (known != null) {
        return again(known);
      }
    } finally {
      lock.unlock();
    }
    if (cause instanceof ClosedChannelException && cause.getCause() instanceof IOException e) {
      return again(e);
    }
    return cause instanceof IOException e ? again(e) : new SocketException(String.valueOf(cause));
  }

  /** Wakes everybody; nothing can be read any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      queue.forEach(ByteBuf::release);
      queue.clear();
      queuedBytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The application reads no more, but may still write. */
  void shutdownInput() {
    lock.lock();
    try {
      queue.forEach(ByteBuf::release);
      queue.clear();
      queuedBytes = 0;
    } finally {
      lock.unlock();
    }
    end(null);
  }

  static void checkMayBlock(Channel channel) {
    if (channel.eventLoop().inEventLoop()) {
      throw new IllegalStateException(
          "a blocking socket on the event loop would wait for itself: use a channel there");
    }
  }
}

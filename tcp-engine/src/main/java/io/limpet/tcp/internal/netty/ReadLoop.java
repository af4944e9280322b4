package io.limpet.tcp.internal.netty;

import io.limpet.tcp.internal.engine.TcpConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of a channel: Netty's contract of {@code read()}, auto-read, and the end of
 * input, over an engine connection.
 *
 * <p>Data waits in the engine, and thereby closes the window, until somebody wants to read it. The
 * end of input is told as soon as everything before it has been read, wanted or not: an application
 * that pauses reading still hears that its peer has gone.
 */
final class ReadLoop {

  private final MeshSocketChannel channel;
  private final Runnable task = this::runTask;

  /** Somebody called {@code read()} and has not been given anything since. */
  private boolean readPending;

  /** Input is wanted: {@code read()} was called, or auto-read has been on since it was. */
  private boolean interested;

  private boolean running;
  private boolean scheduled;
  private boolean endTold;
  private @Nullable IOException failure;

  ReadLoop(MeshSocketChannel channel) {
    this.channel = channel;
  }

  void beginRead() {
    readPending = true;
    interested = true;
    scheduleIfInput();
  }

  /** Auto-read was switched off: what arrives from now on waits for {@code read()}. */
  void stopReading() {
    readPending = false;
    interested = false;
  }

  boolean isReadPending() {
    return readPending;
  }

  /** The connection is over, and not in order: what was received is read first, if wanted. */
  void fail(IOException cause) {
    failure = cause;
    if (channel.isInputShutdown() || !interested) {
      tellFailure(cause);
    } else {
      run();
    }
  }

  private void scheduleIfInput() {
    if (!running && !scheduled && hasInput()) {
      scheduled = true;
      channel.eventLoop().execute(task);
    }
  }

  private boolean hasInput() {
    TcpConnection connection = channel.connection();
    return connection != null
        && channel.isActive()
        && ((interested && (connection.readableBytes() > 0 || failure != null))
            || isEndUntold(connection));
  }

  private boolean isEndUntold(TcpConnection connection) {
    return !endTold && connection.isInputAtEnd();
  }

  private void runTask() {
    scheduled = false;
    run();
  }

  /** Reads what there is, in the portions that Netty's allocator handle asks for. */
  void run() {
    TcpConnection connection = channel.connection();
    if (running || connection == null || !channel.isActive()) {
      return;
    }
    if (channel.isInputShutdown()) {
      discard(connection);
      return;
    }
    if (!hasInput()) {
      // Told of input that has been read by now: handlers see no read loop without a read.
      return;
    }
    running = true;
    try {
      readPortions(connection);
    } finally {
      running = false;
      if (!readPending && !channel.config().isAutoRead()) {
        interested = false;
      }
    }
    // Reading has opened the window.
    channel.driver().requestTurn();
    scheduleIfInput();
  }

  private void readPortions(TcpConnection connection) {
    MeshSocketConfig config = channel.config();
    ChannelPipeline pipeline = channel.pipeline();
    ExtendedHandle handle = (ExtendedHandle) channel.unsafe().recvBufAllocHandle();
    handle.reset(config);
    boolean atEnd = false;
    Throwable cause = null;
    do {
      ByteBuf buffer;
      try {
        buffer = handle.allocate(config.getAllocator());
      } catch (OutOfMemoryError | RuntimeException e) {
        cause = e;
        break;
      }
      handle.attemptedBytesRead(buffer.writableBytes());
      int read = readInto(connection, buffer);
      handle.lastBytesRead(read);
      if (read <= 0) {
        buffer.release();
        cause = failure;
        atEnd = read < 0;
        if (atEnd) {
          readPending = false;
        }
        break;
      }
      handle.incMessagesRead(1);
      readPending = false;
      pipeline.fireChannelRead(buffer);
    } while (handle.continueReading() && channel.isActive() && !channel.isInputShutdown());
    handle.readComplete();
    pipeline.fireChannelReadComplete();
    if (cause != null) {
      tellFailure(cause);
    } else if (atEnd) {
      tellEnd();
    }
  }

  private int readInto(TcpConnection connection, ByteBuf buffer) {
    int start = buffer.writerIndex();
    ByteBuffer target = buffer.internalNioBuffer(start, buffer.writableBytes());
    int read = connection.read(channel.driver().nowNs(), target);
    if (read > 0) {
      buffer.writerIndex(start + read);
    }
    return read;
  }

  /** After {@code shutdownInput()}: nobody will read, but the peer must not be blocked for ever. */
  private void discard(TcpConnection connection) {
    ByteBuffer sink = ByteBuffer.allocate(4096);
    int read = connection.read(channel.driver().nowNs(), sink);
    while (read > 0) {
      sink.clear();
      read = connection.read(channel.driver().nowNs(), sink);
    }
    channel.driver().requestTurn();
    if (isEndUntold(connection)) {
      tellReadComplete();
    }
  }

  /** The application shut its input down itself: for its handlers that is the end, too. */
  void onShutdownInput() {
    TcpConnection connection = channel.connection();
    if (connection != null && connection.readableBytes() > 0) {
      discard(connection);
    }
    tellReadComplete();
  }

  private void tellEnd() {
    if (!channel.isInputShutdown()) {
      if (!channel.config().isAllowHalfClosure()) {
        channel.unsafe().close(channel.unsafe().voidPromise());
        return;
      }
      channel.markInputShutdown();
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
    tellReadComplete();
  }

  private void tellReadComplete() {
    if (!endTold) {
      endTold = true;
      if (channel.config().isAllowHalfClosure()) {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
      }
    }
  }

  private void tellFailure(Throwable cause) {
    channel.pipeline().fireExceptionCaught(cause);
    if (!channel.isInputShutdown() && channel.config().isAllowHalfClosure()) {
      channel.markInputShutdown();
      channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
    // Nothing can be sent any more either.
    channel.unsafe().close(channel.unsafe().voidPromise());
  }
}

package io.limpet.tcp.internal.netty;

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
 * input.
 *
 * <p>Data waits with the connection, and thereby closes the window, until somebody wants to read
 * it. The end of input is told as soon as everything before it has been read, wanted or not: an
 * application that pauses reading still hears that its peer has gone.
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
    setInterested(true);
    scheduleIfInput();
  }

  /** Auto-read was switched off: what arrives from now on waits for {@code read()}. */
  void stopReading() {
    readPending = false;
    setInterested(false);
  }

  private void setInterested(boolean wanted) {
    interested = wanted;
    Conduit conduit = channel.conduit();
    if (conduit != null) {
      conduit.setReading(wanted);
    }
  }

  /** The new conduit is to know what the one before knew. */
  void onConduitChanged() {
    setInterested(interested);
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
    Conduit conduit = channel.conduit();
    return conduit != null
        && channel.isActive()
        && ((interested && (conduit.hasInput() || (failure != null && conduit.isInputDone())))
            || isEndUntold(conduit));
  }

  private boolean isEndUntold(Conduit conduit) {
    return !endTold && conduit.isInputAtEnd();
  }

  private void runTask() {
    scheduled = false;
    run();
  }

  /** Reads what there is, in the portions that Netty's allocator handle asks for. */
  void run() {
    Conduit conduit = channel.conduit();
    if (running || conduit == null || !channel.isActive()) {
      return;
    }
    if (channel.isInputShutdown()) {
      discard(conduit);
      return;
    }
    if (!hasInput()) {
      // Told of input that has been read by now: handlers see no read loop without a read.
      return;
    }
    running = true;
    try {
      readPortions(conduit);
    } finally {
      running = false;
      if (!readPending && !channel.config().isAutoRead()) {
        setInterested(false);
      }
    }
    conduit.readComplete();
    scheduleIfInput();
  }

  private void readPortions(Conduit conduit) {
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
      int read = readInto(conduit, buffer);
      handle.lastBytesRead(read);
      if (read <= 0) {
        buffer.release();
        if (read < 0) {
          // Without a FIN it is no end: the event that says what it is will follow.
          cause = failure;
          atEnd = conduit.isInputAtEnd();
          readPending &= !atEnd;
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

  private static int readInto(Conduit conduit, ByteBuf buffer) {
    int start = buffer.writerIndex();
    ByteBuffer target = buffer.internalNioBuffer(start, buffer.writableBytes());
    int read = conduit.read(target);
    if (read > 0) {
      buffer.writerIndex(start + read);
    }
    return read;
  }

  /** After {@code shutdownInput()}. */
  private void discard(Conduit conduit) {
    conduit.discardInput();
    if (isEndUntold(conduit)) {
      tellReadComplete();
    }
  }

  /** The application shut its input down itself: for its handlers that is the end, too. */
  void onShutdownInput() {
    Conduit conduit = channel.conduit();
    if (conduit != null) {
      conduit.discardInput();
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

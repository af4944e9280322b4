package io.limpet.tcp.internal.netty;

import io.limpet.tcp.internal.engine.TcpConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a channel: moves Netty's outbound buffer into the engine's send buffer until
 * that is full, and goes on when there is room again.
 */
final class WriteLoop {

  private final MeshSocketChannel channel;
  private boolean blocked;

  WriteLoop(MeshSocketChannel channel) {
    this.channel = channel;
  }

  /** Says whether the engine owes us an event about room in its send buffer. */
  boolean isBlocked() {
    return blocked;
  }

  void onWritable() {
    if (blocked) {
      blocked = false;
      channel.flushAgain();
    }
  }

  /**
   * Takes what fits. Completing a write may run application code that writes again: the loop sees
   * that, and ends at the latest when the send buffer is full.
   */
  void write(ChannelOutboundBuffer in, TcpConnection connection) throws IOException {
    Object message = in.current();
    while (message != null) {
      boolean taken =
          message instanceof ByteBuf buffer
              ? writeBuffer(in, connection, buffer)
              : writeRegion(in, connection, (FileRegion) message);
      if (!taken) {
        blocked = true;
        return;
      }
      message = in.current();
    }
  }

  private boolean writeBuffer(ChannelOutboundBuffer in, TcpConnection connection, ByteBuf buffer) {
    int wanted = buffer.readableBytes();
    if (wanted == 0) {
      in.remove();
      return true;
    }
    int taken = 0;
    if (buffer.nioBufferCount() == 1) {
      taken = offer(connection, buffer.internalNioBuffer(buffer.readerIndex(), wanted));
    } else {
      for (ByteBuffer part : buffer.nioBuffers()) {
        int length = part.remaining();
        int takenOfPart = offer(connection, part);
        taken += takenOfPart;
        if (takenOfPart < length) {
          break;
        }
      }
    }
    if (taken > 0) {
      in.removeBytes(taken);
    }
    return taken == wanted;
  }

  private int offer(TcpConnection connection, ByteBuffer source) {
    return connection.write(channel.driver().nowNs(), source);
  }

  private boolean writeRegion(ChannelOutboundBuffer in, TcpConnection connection, FileRegion region)
      throws IOException {
    EngineChannel target = new EngineChannel(connection);
    while (region.transferred() < region.count()) {
      long moved = region.transferTo(target, region.transferred());
      if (moved > 0) {
        in.progress(moved);
      }
      if (target.full) {
        // The region has counted what was taken only.
        if (region.transferred() < region.count()) {
          return false;
        }
      } else if (moved <= 0) {
        throw new IOException("the file is shorter than the region that was to be sent");
      }
    }
    in.remove();
    return true;
  }

  /** The engine's send buffer as the channel that a region writes itself to. */
  private final class EngineChannel implements WritableByteChannel {
    private final TcpConnection connection;
    private boolean full;

    EngineChannel(TcpConnection connection) {
      this.connection = connection;
    }

    @Override
    public int write(@Nullable ByteBuffer source) {
      if (source == null) {
        return 0;
      }
      int taken = offer(connection, source);
      full = source.hasRemaining();
      return taken;
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() {}
  }
}

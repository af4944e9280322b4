package io.limpet.tcp.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a channel: moves Netty's outbound buffer into the connection's send buffer
 * until that is full, and goes on when there is room again.
 */
final class WriteLoop {

  private final MeshSocketChannel channel;
  private boolean blocked;
  private boolean writing;

  WriteLoop(MeshSocketChannel channel) {
    this.channel = channel;
  }

  /** Says whether an event about room in the send buffer is owed to us. */
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
  void write(ChannelOutboundBuffer in, Conduit conduit) throws IOException {
    if (writing) {
      return;
    }
    writing = true;
    try {
      for (Object message = in.current(); message != null; message = in.current()) {
        boolean taken = write(in, conduit, message);
        if (!taken) {
          blocked = true;
          return;
        }
      }
    } finally {
      writing = false;
    }
  }

  private boolean write(ChannelOutboundBuffer in, Conduit conduit, Object message)
      throws IOException {
    if (message instanceof ByteBuf buffer) {
      return writeBuffer(in, conduit, buffer);
    }
    if (message instanceof FileRegion region) {
      return writeRegion(in, conduit, region);
    }
    conduit.markUrgent();
    in.remove();
    return true;
  }

  private boolean writeBuffer(ChannelOutboundBuffer in, Conduit conduit, ByteBuf buffer) {
    int wanted = buffer.readableBytes();
    if (wanted == 0) {
      in.remove();
      return true;
    }
    int taken = 0;
    if (buffer.nioBufferCount() == 1) {
      taken = conduit.write(buffer.internalNioBuffer(buffer.readerIndex(), wanted));
    } else {
      for (ByteBuffer part : buffer.nioBuffers()) {
        int length = part.remaining();
        int takenOfPart = conduit.write(part);
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

  private boolean writeRegion(ChannelOutboundBuffer in, Conduit conduit, FileRegion region)
      throws IOException {
    ConduitChannel target = new ConduitChannel(conduit);
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

  /** The conduit as the channel that a region writes itself to. */
  private final class ConduitChannel implements WritableByteChannel {
    private final Conduit conduit;
    private boolean full;

    ConduitChannel(Conduit conduit) {
      this.conduit = conduit;
    }

    @Override
    public int write(@Nullable ByteBuffer source) {
      if (source == null) {
        return 0;
      }
      int taken = conduit.write(source);
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

package io.limpet.link.internal.runtime;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Lets a socket read into one buffer again and again: what arrives is dealt with before the next
 * read, so that there is no need to allocate and zero the largest coalesced datagram for each.
 * Whoever keeps a slice of it gets to keep it; the next read then has a new one. For one channel;
 * confined to its event loop.
 */
final class ReceiveBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
  private final int bytes;
  private @Nullable ByteBuf kept;
  private boolean closed;

  ReceiveBuffer(int bytes, int readsAtOnce) {
    super(readsAtOnce);
    this.bytes = bytes;
  }

  @Override
  public MaxMessageHandle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return bytes;
      }

      @Override
      public ByteBuf allocate(ByteBufAllocator allocator) {
        return next(allocator);
      }
    };
  }

  private ByteBuf next(ByteBufAllocator allocator) {
    if (closed) {
      return allocator.directBuffer(bytes, bytes);
    }
    ByteBuf current = kept;
    if (current == null || current.refCnt() != 1) {
      release();
      current = Unpooled.directBuffer(bytes, bytes);
      kept = current;
    }
    return current.clear().retain();
  }

  /** Lets go of the buffer; what is read from now on gets one of its own. */
  void close() {
    closed = true;
    release();
  }

  private void release() {
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }
}

package io.limpet.link.internal.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * A buffer for one datagram after another, on the heap, where ciphers work: always the same one,
 * unless somebody has kept it. Not thread-safe.
 */
public final class DatagramBuffer {
  private static final int BYTES = 2048;

  private final ByteBufAllocator allocator;
  private ByteBuf latest = make();

  /** Makes one; the allocator is for datagrams that are larger than usual. */
  public DatagramBuffer(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  private static ByteBuf make() {
    return Unpooled.buffer(BYTES, BYTES);
  }

  /** Returns an empty buffer with room for so many bytes, which the caller releases. */
  public ByteBuf next(int bytes) {
    if (bytes > BYTES) {
      return allocator.heapBuffer(bytes, bytes);
    }
    if (latest.refCnt() != 1) {
      latest.release();
      latest = make();
    }
    return latest.clear().retain();
  }
}

package io.limpet.tcp.internal.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from one event loop to another, in chunks.
 *
 * <p>One thread puts in, one takes out; how much may wait is for whoever puts in to see to.
 */
final class ByteQueue {

  static final int MAX_CHUNK_BYTES = 64 * 1024;

  private final Queue<ByteBuf> chunks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger bytes = new AtomicInteger();

  /** Returns a chunk to be filled, with room for so many bytes or for as many as chunks have. */
  static ByteBuf newChunk(ByteBufAllocator allocator, int wanted) {
    // Heap memory: the engine's buffers are of that kind.
    int size = Math.min(wanted, MAX_CHUNK_BYTES);
    return allocator.heapBuffer(size, size);
  }

  /** Puts in a chunk with something to read; it is the queue's from now on. */
  void add(ByteBuf chunk) {
    bytes.addAndGet(chunk.readableBytes());
    chunks.add(chunk);
  }

  /** Returns the bytes that were put in and not taken out. */
  int bytes() {
    return bytes.get();
  }

  /** Says whether there is something to take out. */
  boolean isEmpty() {
    return chunks.isEmpty();
  }

  /** Returns what comes next, for whoever takes out; what is read of it is to be {@link #taken}. */
  @Nullable ByteBuf peek() {
    return chunks.peek();
  }

  /** Notes that so many bytes of the chunk at hand were read, and lets go of it if that was all. */
  void taken(ByteBuf chunk, int count) {
    if (!chunk.isReadable()) {
      chunks.remove();
      chunk.release();
    }
    bytes.addAndGet(-count);
  }

  /** Copies out what there is and fits, and returns how many bytes that were. */
  int take(ByteBuffer target) {
    int total = 0;
    ByteBuf chunk = chunks.peek();
    while (chunk != null && target.hasRemaining()) {
      int count = Math.min(chunk.readableBytes(), target.remaining());
      int limit = target.limit();
      target.limit(target.position() + count);
      chunk.readBytes(target);
      target.limit(limit);
      taken(chunk, count);
      total += count;
      chunk = chunks.peek();
    }
    return total;
  }

  /** Drops everything; for whoever takes out. */
  void clear() {
    for (ByteBuf chunk = chunks.poll(); chunk != null; chunk = chunks.poll()) {
      bytes.addAndGet(-chunk.readableBytes());
      chunk.release();
    }
  }
}

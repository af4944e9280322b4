package io.limpet.tcp.internal.buffer;

import io.limpet.tcp.internal.buffer.ChunkPool.Chunk;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A window onto a byte stream, addressed by stream position, in chunks that are taken when first
 * written and given back when passed: what is idle holds no memory.
 *
 * <p>Not thread-safe.
 */
public final class ChunkRing {
  private static final int CHUNK_BYTES = ChunkPool.CHUNK_BYTES;
  private static final int SHIFT = 12;
  private static final int MASK = CHUNK_BYTES - 1;
  private static final int INITIAL_SLOTS = 4;
  private static final @Nullable Chunk[] NO_SLOTS = {};

  private final ChunkPool pool;
  private @Nullable Chunk[] slots = NO_SLOTS;
  private long start;
  private int held;

  /** Makes a ring that takes its chunks from a pool. */
  public ChunkRing(ChunkPool pool) {
    this.pool = pool;
  }

  /** Writes all of {@code source} at a stream position that has not been released. */
  public void write(long position, ByteBuffer source) {
    long at = position;
    reserve(position + source.remaining());
    while (source.hasRemaining()) {
      int offset = (int) at & MASK;
      int length = Math.min(source.remaining(), CHUNK_BYTES - offset);
      source.get(chunkFor(at).bytes, offset, length);
      at += length;
    }
  }

  /** Appends {@code length} bytes from a stream position, all written before, to a buffer. */
  public void read(long position, int length, ByteBuffer target) {
    long at = position;
    int left = length;
    while (left > 0) {
      int offset = (int) at & MASK;
      int part = Math.min(left, CHUNK_BYTES - offset);
      Chunk chunk = slots[slot(at)];
      if (chunk == null) {
        throw new IllegalStateException("read of a position never written: " + at);
      }
      target.put(chunk.bytes, offset, part);
      at += part;
      left -= part;
    }
  }

  /** Gives back everything before a position. */
  public void release(long upTo) {
    while (held > 0 && (start >> SHIFT) < (upTo >> SHIFT)) {
      give(slot(start));
      start = ((start >> SHIFT) + 1) << SHIFT;
    }
    start = Math.max(start, upTo);
  }

  /** Gives back everything; the next position written is {@code from} or later. */
  public void clear(long from) {
    for (int slot = 0; held > 0; slot++) {
      give(slot);
    }
    slots = NO_SLOTS;
    start = from;
  }

  /** Returns the bytes of memory held now. */
  public int heldBytes() {
    return held * CHUNK_BYTES;
  }

  private void give(int slot) {
    Chunk chunk = slots[slot];
    if (chunk != null) {
      slots[slot] = null;
      held--;
      pool.give(chunk);
    }
  }

  private Chunk chunkFor(long position) {
    int slot = slot(position);
    Chunk chunk = slots[slot];
    if (chunk == null) {
      chunk = pool.take();
      slots[slot] = chunk;
      held++;
    }
    return chunk;
  }

  private int slot(long position) {
    return (int) (position >> SHIFT) & (slots.length - 1);
  }

  private void reserve(long end) {
    long needed = ((end + MASK) >> SHIFT) - (start >> SHIFT);
    if (needed <= slots.length) {
      return;
    }
    int size = INITIAL_SLOTS;
    while (size < needed) {
      size <<= 1;
    }
    @Nullable Chunk[] old = slots;
    slots = new @Nullable Chunk[size];
    for (long chunk = start >> SHIFT; chunk < (start >> SHIFT) + old.length; chunk++) {
      slots[(int) chunk & (size - 1)] = old[(int) chunk & (old.length - 1)];
    }
  }
}

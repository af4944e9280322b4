package io.limpet.tcp.internal.buffer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A window onto a byte stream, addressed by stream position, in chunks that are taken when first
 * written and given back when passed: what is idle holds no memory.
 *
 * <p>Not thread-safe.
 */
public final class ChunkRing {
  /** Bytes of one chunk. */
  public static final int CHUNK_BYTES = 4096;

  private static final int SHIFT = 12;
  private static final int MASK = CHUNK_BYTES - 1;
  private static final int SPARE_CHUNKS = 16;
  private static final int INITIAL_SLOTS = 4;

  private static final class Chunk {
    final byte[] bytes = new byte[CHUNK_BYTES];
  }

  private @Nullable Chunk[] slots = new @Nullable Chunk[INITIAL_SLOTS];
  private final ArrayDeque<Chunk> spare = new ArrayDeque<>();
  private long start;
  private int held;

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
    while ((start >> SHIFT) < (upTo >> SHIFT)) {
      give(slot(start));
      start = ((start >> SHIFT) + 1) << SHIFT;
    }
    start = Math.max(start, upTo);
  }

  /** Gives back everything; the next position written is {@code from} or later. */
  public void clear(long from) {
    Arrays.fill(slots, null);
    if (slots.length > INITIAL_SLOTS) {
      slots = new @Nullable Chunk[INITIAL_SLOTS];
    }
    spare.clear();
    held = 0;
    start = from;
  }

  /** Returns the bytes of memory held now. */
  public int heldBytes() {
    return (held + spare.size()) * CHUNK_BYTES;
  }

  private void give(int slot) {
    Chunk chunk = slots[slot];
    if (chunk != null) {
      slots[slot] = null;
      held--;
      if (spare.size() < SPARE_CHUNKS) {
        spare.push(chunk);
      }
    }
  }

  private Chunk chunkFor(long position) {
    int slot = slot(position);
    Chunk chunk = slots[slot];
    if (chunk == null) {
      Chunk reused = spare.poll();
      chunk = reused != null ? reused : new Chunk();
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
    int size = slots.length;
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

package io.limpet.tcp.internal.buffer;

import java.util.ArrayDeque;

/**
 * The memory of all buffers of an endpoint, in chunks that are counted against a budget. The budget
 * is kept by asking connections for less, in steps; nothing is taken away from them.
 *
 * <p>Not thread-safe.
 */
public final class ChunkPool {
  /** Bytes of one chunk. */
  public static final int CHUNK_BYTES = 4096;

  private static final int MAX_SPARE_CHUNKS = 1024;

  /** How far the budget is used up. */
  public enum Pressure {
    /** Buffers may grow. */
    NONE,
    /** More than half is in use: buffers stay as large as they are. */
    TIGHT,
    /** More than three quarters: what is offered for new data shrinks. */
    SHORT,
    /** All of it: nobody gets more than the little that keeps a connection going. */
    EXHAUSTED
  }

  /** The unit in which memory is handed out. */
  static final class Chunk {
    final byte[] bytes = new byte[CHUNK_BYTES];
  }

  private final long budgetBytes;
  private final ArrayDeque<Chunk> spare = new ArrayDeque<>();
  private long heldBytes;

  /** Makes a pool with a budget, at least one chunk. */
  public ChunkPool(long budgetBytes) {
    if (budgetBytes < CHUNK_BYTES) {
      throw new IllegalArgumentException("a budget of " + budgetBytes + " bytes");
    }
    this.budgetBytes = budgetBytes;
  }

  Chunk take() {
    heldBytes += CHUNK_BYTES;
    Chunk chunk = spare.poll();
    return chunk != null ? chunk : new Chunk();
  }

  void give(Chunk chunk) {
    heldBytes -= CHUNK_BYTES;
    if (spare.size() < MAX_SPARE_CHUNKS) {
      spare.push(chunk);
    }
  }

  /** Returns the bytes that buffers hold now. */
  public long heldBytes() {
    return heldBytes;
  }

  /** Returns how far the budget is used up. */
  public Pressure pressure() {
    if (heldBytes < budgetBytes / 2) {
      return Pressure.NONE;
    }
    if (heldBytes < budgetBytes / 4 * 3) {
      return Pressure.TIGHT;
    }
    return heldBytes < budgetBytes ? Pressure.SHORT : Pressure.EXHAUSTED;
  }
}

package io.limpet.tcp.internal.snd;

import io.limpet.tcp.internal.buffer.ChunkPool;
import io.limpet.tcp.internal.buffer.ChunkPool.Pressure;
import io.limpet.tcp.internal.buffer.ChunkRing;
import java.nio.ByteBuffer;

/**
 * The bytes written and not yet acknowledged, addressed by sequence number. How many it takes grows
 * with what the path can have in flight. Not thread-safe.
 */
public final class SendBuffer {
  private static final int INITIAL_LIMIT = 64 << 10;

  /** Whoever asks for so little means just that: it is not tuned. */
  private static final int FIXED_LIMIT = 256 << 10;

  private static final int SHORT_LIMIT = 16 << 10;

  private final int maxLimit;
  private int limit;
  private boolean lastWords;
  private final ChunkPool pool;
  private final ChunkRing ring;
  private long head;
  private long tail;
  private int headSeq;

  /**
   * Makes an empty buffer.
   *
   * @param maxBytes most bytes kept; it starts smaller
   * @param firstSeq sequence number of the first byte
   * @param pool where its memory comes from
   */
  public SendBuffer(int maxBytes, int firstSeq, ChunkPool pool) {
    this.maxLimit = maxBytes;
    this.limit = maxBytes <= FIXED_LIMIT ? maxBytes : INITIAL_LIMIT;
    this.headSeq = firstSeq;
    this.pool = pool;
    this.ring = new ChunkRing(pool);
  }

  /** Takes as much as there is room for, and returns how much that was. */
  public int append(ByteBuffer source) {
    int count = Math.min(source.remaining(), free());
    if (count > 0) {
      int end = source.limit();
      source.limit(source.position() + count);
      ring.write(tail, source);
      source.limit(end);
      tail += count;
    }
    return count;
  }

  /**
   * Lets more be written, because the path would have carried more than there was.
   *
   * @param windowBytes what may be in flight
   * @return whether there is more room now
   */
  public boolean grow(long windowBytes) {
    if (lastWords || limit == maxLimit || pool.pressure() != Pressure.NONE) {
      return false;
    }
    limit = (int) Math.min(maxLimit, Math.max(2L * limit, 2 * windowBytes));
    return true;
  }

  /**
   * From now on takes as much as was promised at first, whatever the path and the others need: the
   * end of the stream is near, and nobody will offer the rest again.
   */
  public void expectLastWords() {
    lastWords = true;
  }

  /** Copies bytes from a sequence number on. */
  public void copy(int seq, int length, ByteBuffer target) {
    ring.read(head + (seq - headSeq), length, target);
  }

  /** Forgets everything before a sequence number; returns how many bytes that were. */
  public int acknowledge(int seq) {
    int count = (int) Math.min(Math.max(seq - headSeq, 0), tail - head);
    head += count;
    headSeq += count;
    if (head == tail) {
      ring.clear(head);
    } else {
      ring.release(head);
    }
    return count;
  }

  /** Drops everything. */
  public void clear() {
    headSeq += size();
    head = tail;
    ring.clear(head);
  }

  /** Returns the sequence number after the last byte written. */
  public int endSeq() {
    return headSeq + size();
  }

  /** Returns the bytes kept. */
  public int size() {
    return (int) (tail - head);
  }

  /** Returns the bytes that {@link #append} would take. */
  public int free() {
    if (lastWords) {
      return Math.max(0, maxLimit - size());
    }
    int most =
        switch (pool.pressure()) {
          case NONE, TIGHT -> limit;
          case SHORT -> Math.min(limit, SHORT_LIMIT);
          case EXHAUSTED -> Math.min(limit, ChunkPool.CHUNK_BYTES);
        };
    return Math.max(0, most - size());
  }

  /** Returns the most bytes ever kept. */
  public int maxBytes() {
    return maxLimit;
  }

  /** Returns the bytes of memory held. */
  public int heldBytes() {
    return ring.heldBytes();
  }
}

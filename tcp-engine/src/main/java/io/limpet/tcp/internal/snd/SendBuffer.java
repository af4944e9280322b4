package io.limpet.tcp.internal.snd;

import io.limpet.tcp.internal.buffer.ChunkRing;
import java.nio.ByteBuffer;

/** The bytes written and not yet acknowledged, addressed by sequence number. Not thread-safe. */
public final class SendBuffer {
  private final int capacity;
  private final ChunkRing ring = new ChunkRing();
  private long head;
  private long tail;
  private int headSeq;

  /**
   * Makes an empty buffer.
   *
   * @param capacity most bytes kept
   * @param firstSeq sequence number of the first byte
   */
  public SendBuffer(int capacity, int firstSeq) {
    this.capacity = capacity;
    this.headSeq = firstSeq;
  }

  /** Takes as much as there is room for, and returns how much that was. */
  public int append(ByteBuffer source) {
    int count = Math.min(source.remaining(), free());
    if (count > 0) {
      int limit = source.limit();
      source.limit(source.position() + count);
      ring.write(tail, source);
      source.limit(limit);
      tail += count;
    }
    return count;
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
    return capacity - size();
  }

  /** Returns the bytes of memory held. */
  public int heldBytes() {
    return ring.heldBytes();
  }
}

package io.limpet.link.internal.engine;

import io.limpet.link.internal.path.OutboundPath;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The newest payloads that went out on one path only while another stood by: when that path falls
 * silent, those that nobody confirmed go out again on the other, so that nothing sent between a cut
 * and its discovery is lost. Bounded: of a bulk flow only the tail is kept, and its transport sees
 * to the rest. Not thread-safe.
 */
final class KeptPayloads {
  /** Holds what a flow of 16 Mbit/s sends until a confirmation is late. */
  static final int MAX_PAYLOADS = 256;

  /** Larger ones belong to bulk over jumbo frames: not kept. */
  static final int MAX_BYTES = 1_500;

  private static final long MAX_AGE_NS = 3_000_000_000L;

  private final @Nullable Kept[] ring = new Kept[MAX_PAYLOADS];
  private int next;
  private boolean empty = true;

  /** One payload; its memory is used again for a later one. */
  private static final class Kept {
    private @Nullable OutboundPath path;
    private long counter;
    private long sentNs;
    private int protocolCode;
    private int id;
    private byte[] bytes = {};
    private int length;
  }

  /** Sends a payload once more. */
  interface Resender {
    /** Returns the counter that was used, or -1 when nothing was sent. */
    long resend(int protocolCode, int id, ByteBuf payload);
  }

  /** Keeps a copy of what was sent on a path with a counter. */
  void keep(
      long nowNs, OutboundPath path, long counter, int protocolCode, int id, ByteBuf payload) {
    int length = payload.readableBytes();
    if (length > MAX_BYTES) {
      return;
    }
    Kept kept = ring[next];
    if (kept == null) {
      kept = new Kept();
      ring[next] = kept;
    }
    if (kept.bytes.length < length) {
      kept.bytes = new byte[length <= MAX_BYTES / 4 ? MAX_BYTES / 4 : MAX_BYTES];
    }
    payload.getBytes(payload.readerIndex(), kept.bytes, 0, length);
    kept.length = length;
    kept.path = path;
    kept.counter = counter;
    kept.sentNs = nowNs;
    kept.protocolCode = protocolCode;
    kept.id = id;
    next = (next + 1) % MAX_PAYLOADS;
    empty = false;
  }

  /**
   * Sends what one path has not confirmed on another, oldest first, and regards it as sent there.
   *
   * @param most how many at most, the newest of them
   */
  void moveTo(long nowNs, OutboundPath from, OutboundPath to, int most, Resender resender) {
    int skip = Math.max(0, pending(nowNs, from) - most);
    for (int i = 0; i < MAX_PAYLOADS && !empty; i++) {
      Kept kept = ring[(next + i) % MAX_PAYLOADS];
      if (kept == null || !isPending(nowNs, kept, from) || skip-- > 0) {
        continue;
      }
      ByteBuf payload = Unpooled.wrappedBuffer(kept.bytes, 0, kept.length);
      long counter = resender.resend(kept.protocolCode, kept.id, payload);
      if (counter >= 0) {
        kept.path = to;
        kept.counter = counter;
        kept.sentNs = nowNs;
      }
    }
  }

  private int pending(long nowNs, OutboundPath from) {
    int count = 0;
    for (Kept kept : ring) {
      count += kept != null && isPending(nowNs, kept, from) ? 1 : 0;
    }
    return count;
  }

  @SuppressWarnings("ReferenceEquality") // That very path: a later one of its number is another.
  private static boolean isPending(long nowNs, Kept kept, OutboundPath from) {
    return kept.path == from && nowNs - kept.sentNs < MAX_AGE_NS && !from.isConfirmed(kept.counter);
  }

  /** Forgets all, and gives the memory back. */
  void clear() {
    if (!empty) {
      Arrays.fill(ring, null);
      empty = true;
      next = 0;
    }
  }
}

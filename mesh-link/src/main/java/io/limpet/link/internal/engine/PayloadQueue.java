package io.limpet.link.internal.engine;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Payloads that wait for an association: bounded in number and in age. Not thread-safe. */
final class PayloadQueue {
  private static final int MAX_ITEMS = 64;
  private static final long MAX_AGE_NS = 5_000_000_000L;

  /** One waiting payload. */
  record Item(long queuedNs, int protocolCode, int id, ByteBuf payload) {}

  private final Deque<Item> items = new ArrayDeque<>();

  /** Takes ownership of the payload when it returns true. */
  boolean offer(long nowNs, int protocolCode, int id, ByteBuf payload) {
    expire(nowNs);
    if (items.size() >= MAX_ITEMS) {
      return false;
    }
    items.add(new Item(nowNs, protocolCode, id, payload));
    return true;
  }

  /** Returns the next payload, which the caller then owns, or null. */
  @Nullable Item poll(long nowNs) {
    expire(nowNs);
    return items.poll();
  }

  @Nullable Item peek(long nowNs) {
    expire(nowNs);
    return items.peek();
  }

  boolean isEmpty(long nowNs) {
    expire(nowNs);
    return items.isEmpty();
  }

  private void expire(long nowNs) {
    while (true) {
      Item item = items.peek();
      if (item == null || nowNs - item.queuedNs() < MAX_AGE_NS) {
        return;
      }
      items.remove();
      item.payload().release();
    }
  }

  void clear() {
    items.forEach(item -> item.payload().release());
    items.clear();
  }
}

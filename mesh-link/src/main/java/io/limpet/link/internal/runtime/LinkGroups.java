package io.limpet.link.internal.runtime;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups;
import io.limpet.link.SendOutcome;
import io.limpet.link.internal.engine.GroupExchange;
import io.netty.buffer.ByteBuf;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** The groups of a link, and who receives what is said to them. Confined to the event loop. */
final class LinkGroups implements MeshGroups {
  private final GroupExchange exchange;
  private final LongSupplier clock;
  private final Map<Bytes, Receiver> receivers = new HashMap<>();
  private final Set<Receiver> inBatch = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;

  LinkGroups(GroupExchange exchange, LongSupplier clock) {
    this.exchange = exchange;
    this.clock = clock;
  }

  @Override
  public void setGroup(Bytes groupId, List<GroupKey> keys, Receiver receiver) {
    if (!closed) {
      exchange.set(groupId, keys);
      receivers.put(groupId, receiver);
    }
  }

  @Override
  public void removeGroup(Bytes groupId) {
    exchange.remove(groupId);
    receivers.remove(groupId);
  }

  @Override
  public int maxPayloadBytes() {
    return exchange.maxPayloadBytes();
  }

  @Override
  public SendOutcome send(Bytes groupId, ByteBuf payload) {
    return exchange.send(clock.getAsLong(), groupId, payload);
  }

  void deliver(Bytes groupId, MeshAddress from, long keyNumber, ByteBuf payload, long ingressNs) {
    Receiver receiver = receivers.get(groupId);
    if (receiver != null) {
      inBatch.add(receiver);
      receiver.onDatagram(from, keyNumber, payload, ingressNs);
    }
  }

  void onBatchComplete() {
    if (!inBatch.isEmpty()) {
      List<Receiver> all = List.copyOf(inBatch);
      inBatch.clear();
      all.forEach(Receiver::onBatchComplete);
    }
  }

  /** Wipes every key: the link has closed. */
  void close() {
    closed = true;
    exchange.clear();
    receivers.clear();
  }
}

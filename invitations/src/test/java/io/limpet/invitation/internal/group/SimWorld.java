package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Members of one activity on one radio, in virtual time. */
final class SimWorld {
  static final long MS = 1_000_000L;
  static final long SECOND = 1_000 * MS;
  private static final long STREAM_NS = 2 * MS;

  final SimTime time = new SimTime();
  final Random random;
  final SimRadio radio;
  final List<SimNode> nodes = new ArrayList<>();
  final List<SimDisk> disks = new ArrayList<>();
  final List<Long> latenciesNs = new ArrayList<>();
  int snapshotPadding;
  long turns;
  private final ChannelLimits limits;
  private final Map<Long, Long> publishedNs = new HashMap<>();
  private long epochs = 1;
  private long publications;

  SimWorld(long seed, int size, double loss, ChannelLimits limits) {
    this(seed, size, loss, limits, 54_000_000L);
  }

  SimWorld(long seed, int size, double loss, ChannelLimits limits, long unicastRate) {
    random = new Random(seed);
    this.limits = limits;
    radio = new SimRadio(time, random, size, 6_000_000L, unicastRate);
    radio.loss = loss;
    for (int i = 0; i < size; i++) {
      disks.add(new SimDisk(time));
      SimNode node = new SimNode(this, i, epochs++, disks.get(i), limits, random.nextLong());
      nodes.add(node);
      radio.add(node);
    }
  }

  /** All are members. */
  void meet() {
    meet(IntStream.range(0, nodes.size()).boxed().toList());
  }

  void meet(List<Integer> members) {
    nodes.get(0).setMembership(List.of(0));
    for (SimNode node : nodes) {
      node.setMembership(members.contains(node.index) ? members : List.of());
    }
  }

  /** A process dies and is started anew on the same disk; it is told the list that it had. */
  SimNode restart(int index, List<Integer> members) {
    nodes.get(index).crash();
    SimNode node =
        new SimNode(this, index, epochs++, disks.get(index), limits, random.nextLong());
    nodes.set(index, node);
    radio.replace(index, node);
    node.setMembership(members);
    for (SimNode other : nodes) {
      if (other != node && radio.isLinked(other.index, index)) {
        other.onReachable(index);
        other.onStreamReady(index);
      }
    }
    return node;
  }

  /** Publishes a message that says when, so that delays can be measured. */
  void publish(int from, int bytes) {
    byte[] payload = new byte[bytes];
    random.nextBytes(payload);
    publish(from, payload);
  }

  void publish(int from, byte[] payload) {
    long key = ++publications;
    long nowNs = time.nowNs();
    SimNode node = nodes.get(from);
    node.publish(payload)
        .whenComplete(
            (delivery, failure) -> {
              if (failure == null) {
                publishedNs.put(key(delivery), nowNs);
              } else {
                publications = key;
              }
            });
  }

  private static long key(Delivery delivery) {
    return delivery.from().low() << 40 ^ delivery.stream() << 24 ^ delivery.sequence();
  }

  void onDelivered(SimNode node, Delivery delivery) {
    if (node.address.equals(delivery.from())) {
      // Published before its stage completes: told here, counted for the others.
      publishedNs.putIfAbsent(key(delivery), time.nowNs());
      return;
    }
    Long at = publishedNs.get(key(delivery));
    if (at != null) {
      latenciesNs.add(time.nowNs() - at);
    }
  }

  void stream(int from, int to, Message.OfGroup message, int bytes) {
    if (radio.isLinked(from, to) && !nodes.get(to).isDead()) {
      time.in(STREAM_NS, () -> radio.stream(from, to, message, bytes));
    }
  }

  /** Those on one side are told of those who are there again. */
  void reachable() {
    for (SimNode a : nodes) {
      for (SimNode b : nodes) {
        if (a != b && radio.isLinked(a.index, b.index)) {
          a.onReachable(b.index);
          a.onStreamReady(b.index);
        }
      }
    }
  }

  void countTurn() {
    turns++;
  }

  /** Runs in steps until the condition holds. */
  boolean runUntil(java.util.function.BooleanSupplier condition, long atMostNs) {
    long endNs = time.nowNs() + atMostNs;
    while (!condition.getAsBoolean() && time.nowNs() < endNs) {
      time.runFor(10 * MS);
    }
    return condition.getAsBoolean();
  }

  boolean agree(List<Integer> members) {
    Map<?, ?> first = nodes.get(members.get(0)).state;
    return members.stream().allMatch(m -> nodes.get(m).state.equals(first));
  }

  /** Returns a latency in milliseconds. */
  double latencyMs(double quantile) {
    List<Long> sorted = latenciesNs.stream().sorted().toList();
    int at = (int) Math.min(sorted.size() - 1, Math.ceil(quantile * sorted.size()) - 1);
    return sorted.get(Math.max(0, at)) / 1e6;
  }
}

package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
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

  /** What applications were given out of order or twice. */
  final List<String> wrongs = new ArrayList<>();

  int snapshotPadding;
  long turns;
  private final ChannelLimits limits;
  private final Map<Long, Long> publishedNs = new HashMap<>();
  private final Map<MeshAddress, Long> completed = new HashMap<>();
  private long epochs = 1;

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

  void meet(Collection<Integer> members) {
    nodes.get(0).setMembership(List.of(0));
    for (SimNode node : nodes) {
      node.setMembership(members.contains(node.index) ? members : List.of());
    }
  }

  /** A process dies and is started anew on the same disk; it is told the list that it had. */
  SimNode restart(int index, Collection<Integer> members) {
    nodes.get(index).crash();
    SimNode node = new SimNode(this, index, epochs++, disks.get(index), limits, random.nextLong());
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
    long nowNs = time.nowNs();
    SimNode node = nodes.get(from);
    node.unanswered++;
    node.publish(payload)
        .whenComplete(
            (delivery, failure) -> {
              node.unanswered--;
              if (failure == null) {
                publishedNs.put(key(delivery), nowNs);
                completed.merge(delivery.from(), delivery.sequence(), Math::max);
              }
            });
  }

  private static long key(Delivery delivery) {
    return delivery.from().low() << 40 ^ delivery.stream() << 24 ^ delivery.sequence();
  }

  /** Says whether this member has everything whose publishing was confirmed to anybody. */
  boolean hasAll(SimNode node) {
    return completed.entrySet().stream()
        .allMatch(
            c -> {
              SimNode.Held held = node.state.get(c.getKey());
              return held != null && held.sequence() >= c.getValue();
            });
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

  /** Returns how far everybody is, for whoever reads a failure. */
  String describe() {
    StringBuilder text = new StringBuilder();
    for (SimNode node : nodes) {
      text.append(node.index)
          .append(node.channel.isSynced() ? " " : " (not synced) ")
          .append(node.state)
          .append(node.violations)
          .append('\n');
    }
    return text.append("published ").append(completed).toString();
  }

  void countTurn() {
    turns++;
  }

  /** Runs in steps until the condition holds. */
  boolean runUntil(BooleanSupplier condition, long atMostNs) {
    long endNs = time.nowNs() + atMostNs;
    while (!condition.getAsBoolean() && time.nowNs() < endNs) {
      time.runFor(10 * MS);
    }
    return condition.getAsBoolean();
  }

  /** Says whether these have the same, and everything that was published. */
  boolean agree(Collection<Integer> members) {
    Map<?, ?> first = nodes.get(members.iterator().next()).state;
    return members.stream()
        .map(nodes::get)
        .allMatch(
            n -> n.unanswered == 0 && n.state.equals(first) && hasAll(n) && n.channel.isSynced());
  }

  /** Returns a latency in milliseconds. */
  double latencyMs(double quantile) {
    List<Long> sorted = latenciesNs.stream().sorted().toList();
    int at = (int) Math.min(sorted.size() - 1, Math.ceil(quantile * sorted.size()) - 1);
    return sorted.get(Math.max(0, at)) / 1e6;
  }
}

package io.limpet.link.internal.engine;

import io.limpet.link.internal.wire.DatagramType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/** Several links over a simulated medium, in virtual time, from one seed. */
final class SimNetwork {
  static final long MS = 1_000_000L;

  /** Crosses zero early, so that code which takes a time for a flag is found out. */
  private static final long START_NS = -700 * MS;

  private final Random random;
  private final PriorityQueue<Event> queue =
      new PriorityQueue<>(
          Comparator.comparingLong((Event event) -> event.atNs).thenComparingLong(e -> e.order));
  private final List<SimNode> nodes = new ArrayList<>();
  private long nowNs = START_NS;
  private long order;
  private double loss;
  private double unicastLoss = Double.NaN;
  long delayNs = 2 * MS;
  long jitterNs = MS;
  final Map<Integer, Long> slowerNs = new HashMap<>();
  final Map<Integer, Double> lossOn = new HashMap<>();
  long multicastBytes;
  long datagrams;
  long groupDatagrams;
  byte[] lastGroupDatagram = new byte[0];

  private record Event(long atNs, long order, Runnable action) {}

  SimNetwork(long seed) {
    random = new Random(seed);
  }

  SimNode add(String name, boolean privileged) {
    SimNode node =
        new SimNode(this, name, nodes.size() + 1, privileged, new Random(random.nextLong()));
    nodes.add(node);
    node.start();
    return node;
  }

  List<SimNode> nodes() {
    return nodes;
  }

  void remove(SimNode node) {
    nodes.remove(node);
    node.stop();
  }

  void setLoss(double everywhere) {
    loss = everywhere;
  }

  void setUnicastLoss(double share) {
    unicastLoss = share;
  }

  boolean isLost(int interfaceIndex, boolean multicast) {
    double chance = multicast || Double.isNaN(unicastLoss) ? loss : unicastLoss;
    return random.nextDouble() < Math.max(chance, lossOn.getOrDefault(interfaceIndex, 0.0));
  }

  long now() {
    return nowNs;
  }

  long nowMs() {
    return (nowNs - START_NS) / MS;
  }

  /** A datagram goes out. */
  void note(byte[] datagram) {
    if (DatagramType.of(datagram[0]) == DatagramType.GROUP) {
      groupDatagrams++;
      lastGroupDatagram = datagram;
    }
  }

  long delay() {
    return delayNs + (jitterNs == 0 ? 0 : random.nextLong(jitterNs));
  }

  /** Returns the delay on one medium, which may be slower than the others. */
  long delayOn(int interfaceIndex) {
    return delay() + slowerNs.getOrDefault(interfaceIndex, 0L);
  }

  void at(long atNs, Runnable action) {
    queue.add(new Event(atNs, order++, action));
  }

  void after(long ms, Runnable action) {
    at(nowNs + ms * MS, action);
  }

  /** Does something again and again until a time. */
  void every(long periodMs, long forMs, Runnable action) {
    if (forMs > 0) {
      action.run();
      after(periodMs, () -> every(periodMs, forMs - periodMs, action));
    }
  }

  void runFor(long ms) {
    long endNs = nowNs + ms * MS;
    while (true) {
      Event next = queue.peek();
      if (next == null || next.atNs - endNs > 0) {
        nowNs = endNs;
        return;
      }
      queue.remove();
      nowNs = next.atNs;
      next.action.run();
    }
  }
}

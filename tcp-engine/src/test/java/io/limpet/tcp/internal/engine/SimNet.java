package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Endpoints and the paths between them, in virtual time. Every choice comes from a seed. */
class SimNet {
  static final long MS = 1_000_000L;
  static final long SECOND = 1_000_000_000L;

  /** No time at all: nothing is to happen. */
  static final long NEVER = Long.MAX_VALUE;

  /**
   * A segment on the wire.
   *
   * @param atNs when it arrives, by the net's clock
   * @param order of those that arrive at the same time
   * @param epoch of the sender when it was sent
   * @param knownEpoch the receiver's, as far as the sender knew
   * @param damaged whether it is other than it was sent, so that its checksum is wrong
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record InFlight(
      long atNs,
      long order,
      Node to,
      Node from,
      int epoch,
      int knownEpoch,
      byte[] bytes,
      boolean damaged) {}

  /** A node: its endpoint, its outgoing path, and what runs after each step. */
  static class Node {
    final SimNet net;
    final MeshAddress address;
    final SimPath out;
    TcpEndpoint endpoint;
    Runnable application = () -> {};

    /** How often it has restarted. */
    int epoch;

    @Nullable SegmentWatcher watcher;

    Node(
        SimNet net, MeshAddress address, SimPath out, EngineConfig config, RandomGenerator random) {
      this.net = net;
      this.address = address;
      this.out = out;
      this.endpoint = endpoint(config, random);
    }

    final TcpEndpoint endpoint(EngineConfig config, RandomGenerator random) {
      byte[] secret = new byte[32];
      random.nextBytes(secret);
      return TcpEndpoints.create(address, config, random, secret);
    }

    /** The time on the clock of this node. */
    long nowNs() {
      return net.nowNs;
    }

    /** The epoch of another node, as far as this one knows. */
    int epochOf(Node other) {
      return other.epoch;
    }

    /** The path to another node. */
    SimPath pathTo(Node to) {
      return out;
    }

    /** Says whether the link has capacity for one more segment. */
    boolean hasCapacity() {
      return true;
    }

    /** When the net has to come back, by the net's clock, or {@link #NEVER}. */
    long nextDueNs() {
      long deadlineNs = endpoint.nextDeadlineNs();
      return deadlineNs == NEVER ? NEVER : deadlineNs + net.timerLatenessNs;
    }

    /** Takes a segment that has arrived. */
    void onSegment(InFlight arrived) {
      endpoint.onSegment(arrived.atNs, arrived.from.address, ByteBuffer.wrap(arrived.bytes));
    }

    /** Time has passed. */
    void onTime() {
      endpoint.onTimeout(nowNs());
    }

    /** Sends what may be sent. */
    final void transmit() {
      endpoint.pollTransmit(
          nowNs(),
          (to, segment) -> {
            if (!hasCapacity()) {
              return false;
            }
            byte[] bytes = new byte[segment.remaining()];
            segment.duplicate().get(bytes);
            net.carry(this, net.nodeAt(to), bytes);
            return true;
          });
    }
  }

  /** Sees each segment as it is sent. */
  interface SegmentWatcher {
    void sent(long nowNs, MeshAddress to, ByteBuffer segment);
  }

  /** Copies what a watcher sees. */
  static byte[] bytesOf(ByteBuffer segment) {
    byte[] bytes = new byte[segment.remaining()];
    segment.duplicate().get(bytes);
    return bytes;
  }

  final List<Node> nodes = new ArrayList<>();
  long nowNs;

  /** How often the applications get a turn even if nothing happens; for slow readers. */
  long tickNs = NEVER;

  /** How late timers are served, as on a busy machine. */
  long timerLatenessNs;

  private long order;
  private final PriorityQueue<InFlight> wire =
      new PriorityQueue<>(
          Comparator.comparingLong(InFlight::atNs).thenComparingLong(InFlight::order));

  final Node nodeAt(MeshAddress address) {
    for (Node node : nodes) {
      if (node.address.equals(address)) {
        return node;
      }
    }
    throw new IllegalArgumentException("nobody is at " + address);
  }

  private void carry(Node from, Node to, byte[] bytes) {
    if (from.watcher != null) {
      from.watcher.sent(nowNs, to.address, ByteBuffer.wrap(bytes));
    }
    int knownEpoch = from.epochOf(to);
    from.pathTo(to)
        .send(
            nowNs,
            bytes,
            (atNs, arriving, damaged) ->
                wire.add(
                    new InFlight(
                        atNs, order++, to, from, from.epoch, knownEpoch, arriving, damaged)));
  }

  /** Some of what is on its way is lost. */
  final void lose(Predicate<InFlight> which) {
    wire.removeIf(which);
  }

  /** Lets the applications act and the endpoints send. */
  void settle() {
    for (Node node : nodes) {
      node.application.run();
    }
    for (Node node : nodes) {
      node.transmit();
    }
  }

  /** When something is to happen that no node knows of, or {@link #NEVER}. */
  long nextActionNs() {
    return NEVER;
  }

  /** Does what was to happen by now. */
  void act() {}

  /** Goes to the next moment at which something happens; false if nothing ever will. */
  final boolean step(long limitNs) {
    settle();
    long eventNs = nextActionNs();
    InFlight first = wire.peek();
    if (first != null) {
      eventNs = Math.min(eventNs, first.atNs);
    }
    for (Node node : nodes) {
      eventNs = Math.min(eventNs, node.nextDueNs());
    }
    long untilNs = tickNs == NEVER ? limitNs : Math.min(limitNs, nowNs + tickNs);
    boolean any = eventNs < untilNs;
    nowNs = Math.max(nowNs, any ? eventNs : untilNs);
    act();
    while (!wire.isEmpty() && wire.peek().atNs <= nowNs) {
      InFlight arrived = wire.remove();
      arrived.to.onSegment(arrived);
    }
    for (Node node : nodes) {
      node.onTime();
    }
    return any;
  }

  /** Runs for a time. */
  final void run(long durationNs) {
    long end = nowNs + durationNs;
    while (nowNs < end) {
      step(end);
    }
    settle();
  }

  /** Runs until a condition holds; false if it does not within a time. */
  final boolean runUntil(long durationNs, BooleanSupplier condition) {
    long end = nowNs + durationNs;
    settle();
    while (!condition.getAsBoolean()) {
      if (nowNs >= end) {
        return false;
      }
      step(end);
    }
    return true;
  }
}

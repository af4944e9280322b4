package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Two endpoints and the paths between them, in virtual time, from one seed. */
final class Pair {
  static final MeshAddress CLIENT = new MeshAddress(0x2001_0020_0000_0001L, 1);
  static final MeshAddress SERVER = new MeshAddress(0x2001_0020_0000_0002L, 2);
  static final long MS = 1_000_000L;
  static final long SECOND = 1_000_000_000L;

  private record InFlight(long atNs, long order, Node to, MeshAddress from, ByteBuffer bytes) {}

  /** A node: its endpoint, its outgoing path, and what runs after each step. */
  static final class Node {
    final TcpEndpoint endpoint;
    final MeshAddress address;
    final SimPath out;
    Runnable application = () -> {};
    @Nullable SegmentWatcher watcher;

    Node(MeshAddress address, SimPath out, EngineConfig config, RandomGenerator random) {
      this.address = address;
      this.out = out;
      byte[] secret = new byte[32];
      random.nextBytes(secret);
      endpoint = TcpEndpoints.create(address, config, random, secret);
    }
  }

  /** Sees each segment as it is sent. */
  interface SegmentWatcher {
    void sent(long nowNs, ByteBuffer segment);
  }

  final Node client;
  final Node server;

  /** All nodes: client, server, and the clients that were added. */
  private final List<Node> nodes = new ArrayList<>();

  private final EngineConfig config;
  private final SplittableRandom random;
  long nowNs;

  /** How often the applications get a turn even if nothing happens; for slow readers. */
  long tickNs = Long.MAX_VALUE;

  /** How late timers are served, as on a busy machine. */
  long timerLatenessNs;

  private long order;
  private final PriorityQueue<InFlight> wire =
      new PriorityQueue<>(
          Comparator.comparingLong(InFlight::atNs).thenComparingLong(InFlight::order));
  final List<String> log = new ArrayList<>();

  Pair(long seed, SimPath there, SimPath back) {
    this(seed, there, back, EngineConfig.defaults());
  }

  Pair(long seed, SimPath there, SimPath back, EngineConfig config) {
    this.config = config;
    random = new SplittableRandom(seed);
    nowNs = random.nextLong(1L << 50);
    client = new Node(CLIENT, there, config, random.split());
    server = new Node(SERVER, back, config, random.split());
    nodes.add(client);
    nodes.add(server);
  }

  /** Adds one more node that reaches the server over the same path as the client. */
  Node addClient() {
    MeshAddress address = new MeshAddress(CLIENT.high(), 100 + nodes.size());
    Node node = new Node(address, client.out, config, random.split());
    nodes.add(node);
    return node;
  }

  static Pair perfect(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    SimPath there = new SimPath(random);
    SimPath back = new SimPath(random);
    there.delayNs = 5 * MS;
    back.delayNs = 5 * MS;
    return new Pair(seed, there, back);
  }

  static Pair symmetric(long seed, double mbitPerSecond, long delayNs, double loss) {
    SplittableRandom random = new SplittableRandom(seed ^ 0x5DEECE66DL);
    SimPath there = SimPath.of(random, mbitPerSecond, delayNs);
    SimPath back = SimPath.of(random.split(), mbitPerSecond, delayNs);
    there.loss = loss;
    back.loss = loss;
    return new Pair(seed, there, back);
  }

  /** Lets both applications act and both endpoints send. */
  void settle() {
    for (Node node : nodes) {
      node.application.run();
    }
    for (Node node : nodes) {
      transmit(node);
    }
  }

  private Node nodeAt(MeshAddress address) {
    for (Node node : nodes) {
      if (node.address.equals(address)) {
        return node;
      }
    }
    throw new IllegalArgumentException("nobody is at " + address);
  }

  private void transmit(Node from) {
    from.endpoint.pollTransmit(
        nowNs,
        (address, segment) -> {
          byte[] bytes = new byte[segment.remaining()];
          segment.duplicate().get(bytes);
          if (from.watcher != null) {
            from.watcher.sent(nowNs, ByteBuffer.wrap(bytes));
          }
          Node to = nodeAt(address);
          from.out.send(
              nowNs,
              segment,
              at -> wire.add(new InFlight(at, order++, to, from.address, ByteBuffer.wrap(bytes))));
          return true;
        });
  }

  /** Goes to the next moment at which something happens; false if nothing ever will. */
  boolean step(long limitNs) {
    settle();
    long next = tickNs == Long.MAX_VALUE ? limitNs : Math.min(limitNs, nowNs + tickNs);
    InFlight first = wire.peek();
    boolean any = false;
    if (first != null && first.atNs - next < 0) {
      next = first.atNs;
      any = true;
    }
    for (Node node : nodes) {
      long deadline = node.endpoint.nextDeadlineNs();
      if (deadline != Long.MAX_VALUE && deadline + timerLatenessNs - next < 0) {
        next = deadline + timerLatenessNs;
        any = true;
      }
    }
    nowNs = Math.max(nowNs, next);
    while (!wire.isEmpty() && wire.peek().atNs - nowNs <= 0) {
      InFlight arrived = wire.remove();
      arrived.to.endpoint.onSegment(arrived.atNs, arrived.from, arrived.bytes);
    }
    for (Node node : nodes) {
      node.endpoint.onTimeout(nowNs);
    }
    return any;
  }

  /** Runs for a time. */
  void run(long durationNs) {
    long end = nowNs + durationNs;
    while (nowNs - end < 0) {
      step(end);
    }
    settle();
  }

  /** Runs until a condition holds; false if it does not within a time. */
  boolean runUntil(long durationNs, BooleanSupplier condition) {
    long end = nowNs + durationNs;
    settle();
    while (!condition.getAsBoolean()) {
      if (nowNs - end >= 0) {
        return false;
      }
      step(end);
    }
    return true;
  }

  static byte[] pattern(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  static boolean startsWith(byte[] all, byte[] prefix, int length) {
    return Arrays.equals(all, 0, length, prefix, 0, length);
  }
}

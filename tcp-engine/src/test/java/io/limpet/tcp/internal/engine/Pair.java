package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import java.util.SplittableRandom;

/** Two endpoints and the paths between them, in virtual time, from one seed. */
final class Pair extends SimNet {
  static final MeshAddress CLIENT = new MeshAddress(0x2001_0020_0000_0001L, 1);
  static final MeshAddress SERVER = new MeshAddress(0x2001_0020_0000_0002L, 2);

  final Node client;
  final Node server;
  private final EngineConfig config;
  private final SplittableRandom random;

  Pair(long seed, SimPath there, SimPath back) {
    this(seed, there, back, EngineConfig.defaults());
  }

  Pair(long seed, SimPath there, SimPath back, EngineConfig config) {
    this.config = config;
    random = new SplittableRandom(seed);
    nowNs = random.nextLong(1L << 50);
    client = new Node(this, CLIENT, there, config, random.split());
    server = new Node(this, SERVER, back, config, random.split());
    nodes.add(client);
    nodes.add(server);
  }

  /** Adds one more node that reaches the server over the same path as the client. */
  Node addClient() {
    MeshAddress address = new MeshAddress(CLIENT.high(), 100 + nodes.size());
    Node node = new Node(this, address, client.out, config, random.split());
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

  static byte[] pattern(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }
}

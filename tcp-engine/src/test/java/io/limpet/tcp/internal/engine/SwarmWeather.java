package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.buffer.ChunkPool;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** All that happens to paths and nodes of a {@link SwarmWorld} until it becomes calm. */
final class SwarmWeather {
  /** Smaller segments pass everywhere, whatever happens. */
  private static final int LEAST_MTU = 560;

  private static final double SEVERE = 0.25;
  private static final int[] OPTIONS = {
    OptionStripper.MSS,
    OptionStripper.WINDOW_SCALE,
    OptionStripper.SACK_PERMITTED,
    OptionStripper.TIMESTAMPS,
    OptionStripper.USER_TIMEOUT
  };

  private final SwarmWorld world;
  private final SplittableRandom random;

  /** How rough it is, from 0 to 1. */
  private final double roughness;

  /**
   * When something that may silence a connection for long was going on last, by the net's clock.
   */
  long lastSevereNs = Long.MIN_VALUE;

  /** When anything was lost or late last. */
  long lastRoughNs = Long.MIN_VALUE;

  SwarmWeather(SwarmWorld world) {
    this.world = world;
    this.random = world.random;
    this.roughness = random.nextInt(8) == 0 ? 0 : random.nextDouble();
  }

  /** Makes the two directions between two nodes. */
  void connect(SwarmNode a, SwarmNode b) {
    double mbit = Math.pow(10, random.nextDouble(-0.3, 2.3));
    long delayNs = random.nextInt(4) == 0 ? 0 : random.nextLong(60 * SimNet.MS);
    OptionStripper middlebox = random.nextInt(3) == 0 ? stripper() : OptionStripper.NONE;
    for (SimPath path : new SimPath[] {new SimPath(random), new SimPath(random)}) {
      path.delayNs = delayNs;
      path.middlebox = middlebox;
      setRate(path, mbit);
      if (random.nextDouble() < roughness) {
        path.loss = random.nextInt(3) == 0 ? 0 : random.nextDouble(0.3 * roughness);
        path.jitterNs = random.nextBoolean() ? 0 : random.nextLong(10 * SimNet.MS);
        setReordering(path);
        path.duplicate = random.nextBoolean() ? 0 : random.nextDouble(0.2);
        path.damage = random.nextBoolean() ? 0 : random.nextDouble(0.05);
        path.bursts = random.nextInt(4) == 0 ? bursts() : GilbertElliott.NONE;
      }
      if (a.pathTo(b) == a.out) {
        a.setPath(b, path);
      } else {
        b.setPath(a, path);
      }
    }
    if (!middlebox.equals(OptionStripper.NONE)) {
      world.note(() -> a.name + " and " + b.name + " never hear of options " + middlebox);
    }
  }

  private OptionStripper stripper() {
    Set<Integer> kinds = new HashSet<>();
    for (int kind : OPTIONS) {
      if (random.nextBoolean()) {
        kinds.add(kind);
      }
    }
    return new OptionStripper(kinds);
  }

  private void setRate(SimPath path, double mbit) {
    path.bytesPerNs = mbit / 8e3;
    // Up to 300 ms: no segment may be older than its largest lifetime when it arrives.
    double queueNs = random.nextDouble(5, 300) * SimNet.MS;
    path.queueBytes = (long) Math.max(6000, path.bytesPerNs * queueNs);
  }

  private void setReordering(SimPath path) {
    path.reorder = random.nextBoolean() ? 0 : random.nextDouble(0.3);
    path.reorderNs = random.nextLong(1, 200 * SimNet.MS);
  }

  private GilbertElliott bursts() {
    return new GilbertElliott(
        random.nextDouble(0.05), random.nextDouble(0.05, 0.5), random.nextDouble(0.5, 1));
  }

  /** Plans what will happen within a time. */
  void plan(long durationNs) {
    int events = (int) (roughness * random.nextInt(20));
    for (int i = 0; i < events; i++) {
      world.at(random.nextLong(durationNs), null, this::happen);
    }
  }

  private void happen() {
    if (world.calm) {
      return;
    }
    SwarmNode node = world.anyNode();
    SwarmNode other = world.anyPeer(node);
    SimPath path = node.pathTo(other);
    switch (random.nextInt(18)) {
      case 0, 1, 2 ->
          spell("cut " + node.name + other.name, () -> path.cut = true, () -> path.cut = false);
      case 3 -> {
        double before = path.loss;
        spell("loss", () -> path.loss = random.nextDouble(0.8), () -> path.loss = before);
      }
      case 4 ->
          spell("bursts", () -> path.bursts = bursts(), () -> path.bursts = GilbertElliott.NONE);
      case 5 -> spell("damage", () -> path.damage = random.nextDouble(0.5), () -> path.damage = 0);
      case 6 -> setReordering(path);
      case 7 -> setRate(path, Math.pow(10, random.nextDouble(-0.3, 2.3)));
      case 8 -> path.delayNs = random.nextLong(100 * SimNet.MS);
      case 9, 10 -> changeMtu(node, other, path);
      case 11 ->
          spell(node.name + " refuses", () -> node.refuses = true, () -> node.refuses = false);
      case 12 -> spell("refuses some", () -> node.refuseShare = 0.5, () -> node.refuseShare = 0);
      case 13 -> restart(node);
      case 14 -> leap(node);
      case 15 -> pause(node);
      case 16 -> {
        world.note(() -> node.name + " hears that it reaches " + other.name);
        node.endpoint.onPeerReachable(node.nowNs(), other.address);
        node.touch();
      }
      default -> {
        if (random.nextInt(3) == 0) {
          world.note(() -> node.name + " ends, and opens again");
          node.shutDown();
          world.at(random.nextLong(SimNet.SECOND), node, () -> world.listen(node));
        } else {
          world.relisten(node);
        }
      }
    }
  }

  private void spell(String what, Runnable begin, Runnable end) {
    long durationNs = spellNs();
    world.note(() -> "weather: " + what + " for " + durationNs / SimNet.MS + " ms");
    begin.run();
    world.at(
        durationNs,
        null,
        () -> {
          if (!world.calm) {
            world.note(() -> "weather: no more " + what);
            end.run();
          }
        });
  }

  private long spellNs() {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong(20 * SimNet.MS);
      case 1 -> random.nextLong(300 * SimNet.MS);
      case 2 -> random.nextLong(3 * SimNet.SECOND);
      default -> random.nextLong(20 * SimNet.SECOND);
    };
  }

  private void changeMtu(SwarmNode node, SwarmNode other, SimPath path) {
    int mtu = random.nextInt(LEAST_MTU, 2000);
    world.note(() -> "weather: segments of at most " + mtu + " from " + node.name);
    path.mtuBytes = mtu;
    if (random.nextBoolean()) {
      int safe = random.nextInt(256, mtu + 1);
      int largest = random.nextBoolean() ? safe : random.nextInt(safe, 2500);
      node.endpoint.onMaxSegmentChanged(other.address, safe, largest);
      node.touch();
    }
  }

  private void restart(SwarmNode node) {
    world.note(() -> node.name + " restarts");
    boolean quick = random.nextBoolean();
    node.restart();
    if (random.nextBoolean()) {
      world.lose(s -> s.from() == node);
    }
    int epoch = node.epoch;
    for (SwarmNode peer : world.swarm) {
      if (peer != node) {
        world.at(random.nextLong(2 * SimNet.SECOND), peer, () -> peer.learnEpoch(node, epoch));
      }
    }
    world.at(quick ? 0 : random.nextLong(SimNet.SECOND), node, () -> world.listen(node));
  }

  private void leap(SwarmNode node) {
    long byNs =
        random.nextInt(3) == 0
            ? random.nextLong(300 * SimNet.SECOND)
            : random.nextLong(5 * SimNet.SECOND);
    world.note(() -> "the clock of " + node.name + " leaps by " + byNs / SimNet.MS + " ms");
    node.leap(byNs);
  }

  private void pause(SwarmNode node) {
    SwarmNode.Pause how = random.nextBoolean() ? SwarmNode.Pause.STALL : SwarmNode.Pause.SLEEP;
    long durationNs = spellNs();
    world.note(() -> node.name + ": " + how + " for " + durationNs / SimNet.MS + " ms");
    node.pause(how);
    world.at(
        durationNs,
        null,
        () -> {
          world.note(() -> node.name + " goes on");
          node.resume();
        });
  }

  /** Notes what is going on. */
  void observe() {
    for (SwarmNode node : world.swarm) {
      if (node.isPaused() || node.refuses || node.refuseShare > SEVERE || isFull(node)) {
        lastSevereNs = world.nowNs;
      }
      lastSevereNs = Math.max(lastSevereNs, node.leaptNs);
      for (SwarmNode other : world.swarm) {
        SimPath path = node.pathTo(other);
        boolean narrow = path.mtuBytes < Integer.MAX_VALUE;
        boolean crowds = !path.bursts.equals(GilbertElliott.NONE);
        if (path.cut || narrow || crowds || path.loss > SEVERE || path.damage > SEVERE) {
          lastSevereNs = world.nowNs;
        }
        if (path.loss > 0 || path.damage > 0 || path.reorder > 0) {
          lastRoughNs = world.nowNs;
        }
      }
    }
    lastRoughNs = Math.max(lastRoughNs, lastSevereNs);
  }

  /** What was promised to senders while there was memory is not kept when there is none. */
  private static boolean isFull(SwarmNode node) {
    return node.engine().pool.pressure() == ChunkPool.Pressure.EXHAUSTED;
  }

  /** All of it is over. */
  void clear() {
    observe();
    boolean told = random.nextInt(4) != 0;
    for (SwarmNode node : world.swarm) {
      node.refuses = false;
      node.refuseShare = 0;
      node.resume();
      for (SwarmNode other : world.swarm) {
        SimPath path = node.pathTo(other);
        path.cut = false;
        path.loss = 0;
        path.bursts = GilbertElliott.NONE;
        path.damage = 0;
        path.reorder = 0;
        path.duplicate = 0;
        path.bytesPerNs = Math.max(path.bytesPerNs, 5 / 8e3);
        path.queueBytes = Math.max(path.queueBytes, 32 << 10);
        if (random.nextBoolean()) {
          path.mtuBytes = Integer.MAX_VALUE;
        }
        if (told && node != other) {
          node.endpoint.onPeerReachable(node.nowNs(), other.address);
        }
      }
      node.touch();
    }
  }
}

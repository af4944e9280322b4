package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One small world from one seed: a few nodes, a few connections, and weather. While there is
 * weather nothing wrong may happen; when it is over everything must come to its end, and nothing be
 * left.
 */
final class SwarmWorld extends SimNet {
  private static final int[] PORTS = {7, 8};
  private static final int CLOSED_PORT = 9;
  private static final int MAX_STEPS_AT_ONCE = 2000;
  private static final int MAX_IDLE_STEPS_PER_SECOND = 5000;
  private static final long CALM_NS = 60 * SECOND;

  private record Action(long atNs, long order, @Nullable SwarmNode node, Runnable what) {}

  final long seed;
  final SplittableRandom random;
  final List<SwarmNode> swarm = new ArrayList<>();
  final List<SwarmApp> apps = new ArrayList<>();
  final SwarmWeather weather;
  private final SwarmTrace trace;
  private final PriorityQueue<Action> agenda =
      new PriorityQueue<>(Comparator.comparingLong(Action::atNs).thenComparingLong(Action::order));
  private final WindowGuard guard;
  private final SwarmSniffer sniffer;
  private long actions;

  /** Whether the weather is over. */
  boolean calm;

  /** Whether any listener lets a peer's newest connection replace its older ones. */
  boolean anyNewestWins;

  // Whether time goes on, and something happens meanwhile.
  private long lastStepNs = -1;
  private int stepsAtOnce;
  private long secondBeganNs;
  private int stepsInSecond;
  long happenings;
  private long happeningsBefore;

  SwarmWorld(long seed, SwarmTrace trace) {
    this.seed = seed;
    this.trace = trace;
    random = new SplittableRandom(seed);
    weather = new SwarmWeather(this);
    int count = random.nextInt(5) == 0 ? 3 + random.nextInt(2) : 2;
    EngineConfig shared = engineConfig(random);
    for (int i = 0; i < count; i++) {
      MeshAddress address = new MeshAddress(0x2001_0020_0000_0000L + i, 1 + i);
      EngineConfig config = random.nextBoolean() ? shared : engineConfig(random);
      SwarmNode node = new SwarmNode(this, "ABCD".substring(i, i + 1), address, config);
      swarm.add(node);
      nodes.add(node);
    }
    for (SwarmNode a : swarm) {
      for (SwarmNode b : swarm.subList(swarm.indexOf(a) + 1, count)) {
        weather.connect(a, b);
      }
    }
    guard = new WindowGuard(this);
    sniffer = new SwarmSniffer();
    swarm.forEach(n -> n.watcher = (at, to, bytes) -> watch(n, node(to), bytes));
  }

  private void watch(SwarmNode from, SwarmNode to, ByteBuffer bytes) {
    happenings++;
    guard.check(
        ByteBuffer.wrap(from.pathTo(to).middlebox.pass(bytesOf(bytes))), from.address, to.address);
    note(() -> sniffer.describe(from, to, bytes));
  }

  /** A clock that shows anything, also what will soon be more than a long holds. */
  static long clock(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong();
      case 1 -> Long.MAX_VALUE - random.nextLong(20 * SECOND);
      case 2 -> -random.nextLong(20 * SECOND);
      default -> random.nextLong(1L << 50);
    };
  }

  // What there is.

  SwarmNode node(MeshAddress address) {
    return (SwarmNode) nodeAt(address);
  }

  String name(MeshAddress address) {
    return node(address).name;
  }

  SwarmNode anyNode() {
    return swarm.get(random.nextInt(swarm.size()));
  }

  SwarmNode anyPeer(SwarmNode node) {
    SwarmNode other = anyNode();
    while (other == node) {
      other = anyNode();
    }
    return other;
  }

  boolean chance(double share) {
    return random.nextDouble() < share;
  }

  void note(Supplier<String> what) {
    trace.note(nowNs, what);
  }

  /** Throws unless something holds of an application's connection. */
  void check(boolean holds, SwarmApp app, String otherwise, Object... values) {
    if (!holds) {
      throw new AssertionError(app + ": " + String.format(Locale.ROOT, otherwise, values));
    }
  }

  // Time.

  /** Plans something for a node, or for nobody in particular; it waits while the node is paused. */
  void at(long delayNs, @Nullable SwarmNode node, Runnable what) {
    agenda.add(new Action(nowNs + delayNs, actions++, node, what));
  }

  @Override
  long nextActionNs() {
    Action first = agenda.peek();
    return first == null ? NEVER : first.atNs;
  }

  @Override
  void act() {
    while (nextActionNs() <= nowNs) {
      Action action = agenda.remove();
      happenings++;
      SwarmNode node = action.node;
      if (node != null && node.isPaused()) {
        at(5 * MS, node, action.what);
        continue;
      }
      action.what.run();
      if (node != null) {
        node.touch();
      }
    }
    weather.observe();
    checkProgress();
  }

  @Override
  void settle() {
    for (SwarmNode node : swarm) {
      node.turnIfDue();
    }
  }

  /** Nobody keeps the processor busy with nothing. */
  private void checkProgress() {
    stepsAtOnce = nowNs == lastStepNs ? stepsAtOnce + 1 : 0;
    lastStepNs = nowNs;
    if (stepsAtOnce > MAX_STEPS_AT_ONCE) {
      throw new AssertionError("time stands still: " + deadlines());
    }
    stepsInSecond++;
    if (nowNs - secondBeganNs >= SECOND) {
      long idle = stepsInSecond - (happenings - happeningsBefore);
      if (idle > MAX_IDLE_STEPS_PER_SECOND) {
        throw new AssertionError(idle + " calls for nothing within a second");
      }
      secondBeganNs = nowNs;
      stepsInSecond = 0;
      happeningsBefore = happenings;
    }
  }

  private String deadlines() {
    StringBuilder text = new StringBuilder();
    for (SwarmNode node : swarm) {
      text.append(node.name).append(' ').append(node.nextDueNs() - nowNs).append(' ');
      node.engine().flows.values().forEach(c -> text.append(SwarmAudit.describe(c)).append("; "));
    }
    return text.toString();
  }

  // Life.

  /** Runs all of it. */
  void run() {
    long weatherNs =
        switch (random.nextInt(6)) {
          case 0 -> random.nextLong(1, 300 * MS);
          case 1, 2, 3 -> random.nextLong(1, 4 * SECOND);
          case 4 -> random.nextLong(1, 20 * SECOND);
          default -> random.nextLong(1, 150 * SECOND);
        };
    swarm.forEach(this::listen);
    int connections = 1 + random.nextInt(12);
    for (int i = 0; i < connections; i++) {
      at(random.nextLong(weatherNs), null, this::open);
    }
    weather.plan(weatherNs);
    run(weatherNs);
    becomeCalm();
    end();
    swarm.forEach(SwarmNode::shutDown);
    run(SECOND);
    swarm.forEach(SwarmAudit::checkEmpty);
  }

  private void becomeCalm() {
    note(() -> "the weather is over");
    calm = true;
    weather.clear();
    for (SwarmNode node : swarm) {
      node.listeners.forEach(SwarmListener::onRequests);
    }
    List.copyOf(apps).forEach(SwarmApp::onCalm);
  }

  private void end() {
    runUntil(CALM_NS, this::isOver);
    for (SwarmApp app : List.copyOf(apps)) {
      if (!app.isOver()) {
        SwarmApp other = app.counterpart();
        boolean alone = other == null || other.isOver();
        check(alone, app, "stuck: %s%nwith %s: %s", app.progress(), other, progress(other));
        // Its peer is gone without a word: nobody but the application can end it now.
        note(() -> app + " is alone");
        app.close();
        app.node.touch();
      }
    }
    long lastNs = 0;
    for (SwarmNode node : swarm) {
      lastNs = Math.max(lastNs, node.config.finWait2Ns());
      lastNs = Math.max(lastNs, 2 * node.config.maxSegmentLifetimeNs());
    }
    runUntil(CALM_NS + lastNs, this::isOver);
    for (SwarmApp app : apps) {
      check(app.isOver(), app, "does not end");
      boolean whole = app.isForgotten() || app.closed == null || !app.isCutShort();
      check(whole, app, "ended in order, and did not read all");
    }
    runUntil(2 * lastNs + SECOND, () -> swarm.stream().allMatch(n -> n.nextDueNs() == NEVER));
    swarm.forEach(SwarmAudit::checkEmpty);
  }

  private static String progress(@Nullable SwarmApp app) {
    return app == null ? "" : app.progress();
  }

  private boolean isOver() {
    return agenda.isEmpty() && apps.stream().allMatch(SwarmApp::isOver);
  }

  // What begins.

  /** Opens the ports of a node. */
  void listen(SwarmNode node) {
    for (int port : PORTS) {
      if (node.listeners.stream().noneMatch(l -> l.port == port)) {
        boolean newestWins = random.nextInt(4) == 0;
        anyNewestWins |= newestWins;
        SwarmListener.Manner[] manners = SwarmListener.Manner.values();
        SwarmListener.Manner manner =
            random.nextInt(3) == 0
                ? manners[random.nextInt(manners.length)]
                : SwarmListener.Manner.PROMPT;
        int backlog = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(8);
        try {
          node.listeners.add(
              new SwarmListener(node, port, backlog, newestWins, manner, config(random)));
        } catch (BindException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** One port is closed, and opened again after a while. */
  void relisten(SwarmNode node) {
    if (!node.listeners.isEmpty()) {
      SwarmListener listener = node.listeners.remove(random.nextInt(node.listeners.size()));
      note(() -> node.name + " does not listen at " + listener.port + " any more");
      listener.close();
      node.touch();
      at(random.nextLong(SECOND), node, () -> listen(node));
    }
  }

  private void open() {
    SwarmNode from = anyNode();
    SwarmNode to = random.nextInt(20) == 0 ? from : anyPeer(from);
    int kind = random.nextInt(10);
    if (kind == 0 && from != to) {
      int port = 2000 + random.nextInt(2);
      openLater(0, from, to, port, port + 10);
      openLater(random.nextLong(80 * MS), to, from, port + 10, port);
      return;
    }
    int remotePort = kind == 1 ? CLOSED_PORT : PORTS[random.nextInt(PORTS.length)];
    int localPort = random.nextInt(3) == 0 ? 1000 + random.nextInt(2) : 0;
    openLater(0, from, to, localPort, remotePort);
  }

  private void openLater(long delayNs, SwarmNode from, SwarmNode to, int local, int remote) {
    at(
        delayNs,
        from,
        () -> {
          try {
            TcpConnection connection =
                from.endpoint.connect(from.nowNs(), to.address, remote, local, config(random));
            SwarmApp app =
                new SwarmApp(from, (Connection) connection, SwarmHabit.random(random), true);
            note(() -> app + " opens, " + app.habit);
            app.start();
          } catch (BindException e) {
            note(() -> from.name + ": " + e.getMessage());
          }
        });
  }

  private static EngineConfig engineConfig(SplittableRandom random) {
    EngineConfig defaults = EngineConfig.defaults();
    boolean ordinary = random.nextBoolean();
    long budget = random.nextInt(4) == 0 ? 1L << random.nextInt(16, 20) : 64 << 20;
    return new EngineConfig(
        ordinary ? defaults.maxSegmentLifetimeNs() : random.nextLong(2, 6) * SECOND,
        ordinary ? defaults.rtoMinNs() : random.nextLong(10, 300) * MS,
        ordinary ? defaults.rtoMaxNs() : random.nextLong(300, 4000) * MS,
        ordinary ? defaults.rtoInitialNs() : random.nextLong(20, 1000) * MS,
        ordinary ? defaults.delayedAckNs() : random.nextLong(200) * MS,
        random.nextLong(1, 60) * SECOND,
        ordinary ? defaults.maxSegmentBytes() : random.nextInt(256, 1500),
        defaults.userTimeoutLeastNs(),
        defaults.userTimeoutMostNs(),
        budget);
  }

  private static TcpConfig config(SplittableRandom random) {
    return new TcpConfig(
        buffer(random),
        buffer(random),
        random.nextInt(3) != 0,
        random.nextInt(4) == 0 ? random.nextLong(100, 20_000) * MS : 0,
        random.nextInt(3) == 0
            ? random.nextLong(1500, 60_000) * MS
            : TcpConfig.DEFAULT_USER_TIMEOUT_NS,
        random.nextLong(200, 5000) * MS,
        random.nextInt(3) == 0 ? CongestionAlgorithm.CUBIC : CongestionAlgorithm.MESH_RATE,
        random.nextInt(3) == 0 ? 0 : random.nextInt(3) == 0 ? 1 : 0.1);
  }

  private static int buffer(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> 4096;
      case 1 -> 4096 + random.nextInt(30_000);
      case 2 -> 1 << random.nextInt(14, 20);
      default -> 4 << 20;
    };
  }
}

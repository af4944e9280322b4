package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A node of a {@link SwarmWorld}: drives its endpoint as the real driver does, that is, only when
 * there is a reason to, and has a clock of its own that may leap, a link that may refuse, and a
 * process that may stall, sleep or start anew.
 */
final class SwarmNode extends SimNet.Node {
  private static final int SOCKET_SEGMENTS = 200;
  private static final int MAX_ROUNDS = 1000;

  /** How a node that does nothing for a while spends it. */
  enum Pause {
    /** Its process stands still: the clock runs, and segments wait in the socket. */
    STALL,
    /** The machine is suspended: its clock stands still, too, and what arrives is lost. */
    SLEEP
  }

  final SwarmWorld world;
  final String name;
  final EngineConfig config;
  private final Map<SimNet.Node, SimPath> paths = new HashMap<>();
  private final Map<SimNet.Node, Integer> epochs = new HashMap<>();
  private final Map<SimNet.Node, Long> learned = new HashMap<>();
  private final Deque<SimNet.InFlight> socket = new ArrayDeque<>();
  final List<SwarmListener> listeners = new ArrayList<>();
  private long clockAheadNs;
  private long lastNs;
  private boolean due;
  private boolean paused;
  private Pause pause = Pause.STALL;
  private long pausedSinceNs;
  final long latenessNs;
  double refuseShare;
  boolean refuses;
  boolean refusedLast;

  /** When its clock leapt or its process stood still last, by the net's clock. */
  long leaptNs = Long.MIN_VALUE;

  /** When its epoch rose last. */
  long restartedNs = Long.MIN_VALUE;

  /** When everything on it was aborted last. */
  long shutDownNs = Long.MIN_VALUE;

  SwarmNode(SwarmWorld world, String name, MeshAddress address, EngineConfig config) {
    super(world, address, new SimPath(world.random), config, world.random.split());
    this.world = world;
    this.name = name;
    this.config = config;
    this.clockAheadNs = SwarmWorld.clock(world.random);
    this.lastNs = nowNs();
    this.latenessNs = world.random.nextInt(4) == 0 ? world.random.nextLong(3 * SimNet.MS) : 0;
  }

  /** The endpoint, with all that a test may see. */
  Endpoint engine() {
    return (Endpoint) endpoint;
  }

  void setPath(SwarmNode to, SimPath path) {
    paths.put(to, path);
  }

  @Override
  SimPath pathTo(SimNet.Node to) {
    return paths.getOrDefault(to, out);
  }

  @Override
  long nowNs() {
    return world.nowNs + clockAheadNs;
  }

  @Override
  boolean hasCapacity() {
    refusedLast = refuses || (refuseShare > 0 && world.chance(refuseShare));
    return !refusedLast;
  }

  // Time.

  @Override
  long nextDueNs() {
    if (paused) {
      return SimNet.NEVER;
    }
    long deadlineNs = endpoint.nextDeadlineNs();
    return deadlineNs == SimNet.NEVER ? SimNet.NEVER : deadlineNs - clockAheadNs + latenessNs;
  }

  @Override
  void onTime() {
    if (nextDueNs() <= world.nowNs) {
      endpoint.onTimeout(advanceTo(nowNs()));
      due = true;
    }
  }

  /** Time never goes back: what arrived before the last look at the clock arrived then. */
  private long advanceTo(long candidateNs) {
    lastNs = candidateNs - lastNs > 0 ? candidateNs : lastNs;
    return lastNs;
  }

  /** The clock goes forward all at once. */
  void leap(long byNs) {
    clockAheadNs += byNs;
    leaptNs = world.nowNs;
  }

  /** Says whether its clock ever leapt: after that it does not remember what was over. */
  boolean hasLeapt() {
    return leaptNs > Long.MIN_VALUE;
  }

  void pause(Pause how) {
    if (!paused) {
      paused = true;
      pause = how;
      pausedSinceNs = world.nowNs;
    }
  }

  void resume() {
    if (!paused) {
      return;
    }
    paused = false;
    leaptNs = world.nowNs;
    if (pause == Pause.SLEEP) {
      clockAheadNs -= world.nowNs - pausedSinceNs;
      socket.clear();
    }
    if (world.random.nextBoolean()) {
      onTime();
    }
    for (SimNet.InFlight s = socket.poll(); s != null; s = socket.poll()) {
      take(s);
    }
    due = true;
  }

  boolean isPaused() {
    return paused;
  }

  /** Something was asked of the endpoint. */
  void touch() {
    due = true;
  }

  // Segments.

  @Override
  void onSegment(SimNet.InFlight arrived) {
    if (paused) {
      if (socket.size() < SOCKET_SEGMENTS) {
        socket.add(arrived);
      }
      return;
    }
    take(arrived);
  }

  private void take(SimNet.InFlight arrived) {
    SwarmNode from = (SwarmNode) arrived.from();
    if (arrived.epoch() < epochOf(from) || arrived.knownEpoch() < epoch) {
      // Sealed for, or by, somebody who is no more.
      return;
    }
    learnEpoch(from, arrived.epoch());
    long ingressNs = advanceTo(arrived.atNs() + clockAheadNs);
    EndpointCounters counters = engine().counters();
    long before = counters.of(ParseResult.OK);
    endpoint.onSegment(ingressNs, from.address, ByteBuffer.wrap(arrived.bytes()));
    long taken = counters.of(ParseResult.OK) - before;
    if (taken != (arrived.damaged() ? 0 : 1)) {
      throw new AssertionError(arrived.damaged() ? "damage went unseen" : "a segment was refused");
    }
    due = true;
  }

  @Override
  int epochOf(SimNet.Node peer) {
    return peer == this ? epoch : epochs.getOrDefault(peer, 0);
  }

  /** When it learnt of a peer's last restart, by the net's clock. */
  long learnedNs(SwarmNode peer) {
    return learned.getOrDefault(peer, Long.MIN_VALUE);
  }

  /** The link hears from a peer, by a hello or a datagram, that it has started anew. */
  void learnEpoch(SwarmNode peer, int now) {
    if (epochOf(peer) < now) {
      epochs.put(peer, now);
      learned.put(peer, world.nowNs);
      world.note(() -> name + " learns that " + peer.name + " has restarted");
      endpoint.onPeerRestarted(nowNs(), peer.address);
      due = true;
    }
  }

  // Turns.

  /** Hands out events and sends, as long as there is something to do. */
  void turnIfDue() {
    if (!due || paused) {
      return;
    }
    due = false;
    advanceTo(nowNs());
    int rounds = 0;
    do {
      handOut();
      refusedLast = false;
      transmit();
      if (++rounds > MAX_ROUNDS) {
        throw new AssertionError("a turn that never ends");
      }
    } while (handOut());
    // What applications asked for outside of a turn was for this one.
    due = false;
    SwarmAudit.check(this);
  }

  private boolean handOut() {
    boolean any = false;
    for (Object ready = endpoint.pollReady(); ready != null; ready = endpoint.pollReady()) {
      any = true;
      if (ready instanceof Connection connection
          && connection.attachment() instanceof SwarmApp app) {
        app.onEvents();
      } else if (ready instanceof TcpListener listener
          && listener.attachment() instanceof SwarmListener owner) {
        owner.onRequests();
      }
    }
    return any;
  }

  // Ends.

  /** The node starts anew: it has forgotten everything. */
  void restart() {
    resume();
    epoch++;
    restartedNs = world.nowNs;
    listeners.forEach(l -> l.closed = true);
    listeners.clear();
    endpoint = endpoint(config, world.random.split());
    world.lose(s -> s.to() == this);
  }

  /** The node's program ends in order. */
  void shutDown() {
    shutDownNs = world.nowNs;
    listeners.forEach(l -> l.closed = true);
    listeners.clear();
    endpoint.close(nowNs());
    due = true;
  }
}

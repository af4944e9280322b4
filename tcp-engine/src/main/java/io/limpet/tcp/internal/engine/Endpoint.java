package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.TcpTotals;
import io.limpet.tcp.internal.buffer.ChunkPool;
import io.limpet.tcp.internal.wire.ResetReason;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;
import io.limpet.tcp.internal.wire.SeqNum;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The endpoint of one node: see {@link TcpEndpoint}. */
final class Endpoint implements TcpEndpoint, Host {
  private static final int FIRST_EPHEMERAL = 49_152;
  private static final int EPHEMERAL_PORTS = 65_536 - FIRST_EPHEMERAL;
  private static final long BLOCKED_RETRY_NS = 1_000_000;
  private final MeshAddress local;
  private final EngineConfig config;
  private final RandomGenerator random;
  private final IsnGenerator isns;
  final Map<FlowKey, Connection> flows = new HashMap<>();
  final Map<Integer, Listener> listeners = new HashMap<>();
  final PeerPaths paths;
  final ArrayDeque<Connection> transmitQueue = new ArrayDeque<>();
  private final ArrayDeque<Object> attention = new ArrayDeque<>();
  final ResetQueue resets;
  private final FinishedFlows finished;
  private final DeadlineHeap deadlines = new DeadlineHeap();
  private final Workspace workspace = new Workspace();
  final ChunkPool pool;
  private final Segment segment = new Segment();
  private final EndpointCounters counters = new EndpointCounters();
  private TcpTotals ended = TcpTotals.NONE;
  private long latestNs;
  private boolean blocked;

  Endpoint(MeshAddress local, EngineConfig config, RandomGenerator random, byte[] isnSecret) {
    this.local = local;
    this.config = config;
    this.random = random;
    this.finished = new FinishedFlows(2 * config.maxSegmentLifetimeNs());
    this.isns = new IsnGenerator(local, isnSecret);
    this.resets = new ResetQueue(local);
    this.paths = new PeerPaths(config.maxSegmentBytes());
    this.pool = new ChunkPool(config.bufferBudgetBytes());
  }

  // Commands.

  @Override
  public TcpListener listen(int port, int backlog, boolean newestWins, TcpConfig defaults)
      throws BindException {
    if (backlog < 1 || port < 0 || port > 0xFFFF) {
      throw new IllegalArgumentException("backlog at least 1, port 0..65535");
    }
    int chosen = port != 0 ? port : freePort(null, 0);
    if (listeners.containsKey(chosen)) {
      throw new BindException("port " + chosen + " is listened at already");
    }
    Listener listener = new Listener(this, chosen, backlog, newestWins, defaults);
    listeners.put(chosen, listener);
    return listener;
  }

  void removeListener(Listener listener) {
    listeners.remove(listener.port(), listener);
  }

  @Override
  public TcpConnection connect(
      long nowNs, MeshAddress peer, int remotePort, int localPort, TcpConfig options)
      throws BindException {
    latestNs = nowNs;
    if (remotePort < 1 || remotePort > 0xFFFF || localPort < 0 || localPort > 0xFFFF) {
      throw new IllegalArgumentException("ports are 1..65535, the local one also 0");
    }
    int port = localPort != 0 ? localPort : freePort(peer, remotePort);
    FlowKey key = new FlowKey(peer, port, remotePort);
    Connection old = flows.get(key);
    if (old != null && old.state() != TcpState.TIME_WAIT) {
      throw new BindException("port " + port + " has a connection to that port already");
    }
    Connection connection = create(nowNs, key, options, false, old);
    connection.open(nowNs);
    return connection;
  }

  /**
   * Makes a connection. One before it, in TIME-WAIT or never established, makes way; the new one's
   * numbers begin above the old one's, so that neither can be taken for the other (MAY-2).
   */
  private Connection create(
      long nowNs, FlowKey key, TcpConfig options, boolean passive, @Nullable Connection old) {
    long hash = isns.hash(key.peer(), key.localPort(), key.remotePort());
    if (old != null) {
      boolean over = old.state() == TcpState.TIME_WAIT;
      old.closed(over ? new CloseReason.Graceful() : new CloseReason.PeerReset());
    }
    int iss = finished.above(nowNs, key, IsnGenerator.initialSequence(hash, nowNs));
    PeerPath path = paths.of(key.peer());
    path.onConnection(nowNs);
    Tcb tcb = new Tcb(nowNs, config, options, local, key, path, pool, hash, iss, passive);
    Connection connection = new Connection(tcb, this);
    flows.put(key, connection);
    return connection;
  }

  /** RFC 6056 section 3.3.1: a random port, and from there on the next free one. */
  private int freePort(@Nullable MeshAddress peer, int remotePort) throws BindException {
    int start = random.nextInt(EPHEMERAL_PORTS);
    for (int i = 0; i < EPHEMERAL_PORTS; i++) {
      int port = FIRST_EPHEMERAL + (start + i) % EPHEMERAL_PORTS;
      boolean taken = peer != null && flows.containsKey(new FlowKey(peer, port, remotePort));
      if (!taken && !listeners.containsKey(port)) {
        return port;
      }
    }
    throw new BindException("no free port left");
  }

  @Override
  public void close(long nowNs) {
    latestNs = nowNs;
    for (Listener listener : new ArrayList<>(listeners.values())) {
      listener.close(nowNs);
    }
    for (Connection connection : new ArrayList<>(flows.values())) {
      connection.abort(nowNs);
    }
  }

  // Network.

  @Override
  public void onSegment(long nowNs, MeshAddress from, ByteBuffer bytes) {
    latestNs = nowNs;
    ParseResult result = SegmentCodec.parse(bytes, from, local, segment);
    counters.count(result);
    if (result != ParseResult.OK) {
      return;
    }
    FlowKey key = new FlowKey(from, segment.destinationPort, segment.sourcePort);
    Connection connection = flows.get(key);
    boolean request =
        segment.has(Segment.SYN) && !segment.has(Segment.ACK) && !segment.has(Segment.RST);
    if (connection != null && request && yields(connection)) {
      onRequest(nowNs, key, connection);
    } else if (connection != null) {
      connection.onSegment(nowNs, segment);
    } else if (request) {
      onRequest(nowNs, key, null);
    } else if (segment.has(Segment.ACK) || !listeners.containsKey(key.localPort())) {
      resets.answer(key, segment, ResetReason.PORT_CLOSED);
    }
    // Else: LISTEN, section 3.10.7.2, fourth, neither SYN nor ACK: dropped.
  }

  /** Says whether an old connection makes way for a new request on the same ports. */
  private boolean yields(Connection old) {
    Tcb tcb = old.tcb;
    if (tcb.state == TcpState.TIME_WAIT) {
      return isNewIncarnation(tcb);
    }
    // The peer gave that request up and makes a new one; or, section 3.10.7.4, fourth: a SYN in the
    // window of a passive open returns it to LISTEN.
    return tcb.state == TcpState.SYN_RECEIVED
        && tcb.passive
        && segment.seq != tcb.irs
        && (!tcb.accepted
            || SeqNum.inWindow(segment.seq, tcb.rcvNxt(), tcb.rcv.acceptableWindow()));
  }

  /**
   * RFC 6191 section 2: newer by its timestamp; or, where that tells nothing because the peer's
   * clock has not ticked since or neither has any, by its sequence number. Timestamps that are new
   * to the pair of ports will tell the two apart.
   */
  private boolean isNewIncarnation(Tcb tcb) {
    if (segment.hasTimestamps && !tcb.tsOk) {
      return true;
    }
    return (segment.hasTimestamps && segment.tsVal != tcb.tsRecent)
        ? SeqNum.gt(segment.tsVal, tcb.tsRecent)
        : SeqNum.gt(segment.seq, tcb.rcvNxt());
  }

  /** LISTEN STATE: RFC 9293 section 3.10.7.2. */
  private void onRequest(long nowNs, FlowKey key, @Nullable Connection old) {
    Listener listener = listeners.get(key.localPort());
    ResetReason refusal = refusal(nowNs, key, listener, old);
    if (listener == null || refusal != ResetReason.NONE) {
      resets.answer(key, segment, refusal);
      return;
    }
    Connection connection = create(nowNs, key, listener.config(), true, old);
    connection.listener = listener;
    connection.handshake.takeRequest(nowNs, segment);
    connection.timeouts.armWaiting(nowNs);
    reschedule(connection);
    listener.add(connection);
    if (!listener.queuedForAttention) {
      listener.queuedForAttention = true;
      attention.add(listener);
    }
  }

  private ResetReason refusal(
      long nowNs, FlowKey key, @Nullable Listener listener, @Nullable Connection old) {
    if (listener == null) {
      return ResetReason.PORT_CLOSED;
    }
    if (finished.isCopy(nowNs, key, segment.seq)) {
      return ResetReason.ABORTED;
    }
    return listener.hasRoom(old) ? ResetReason.NONE : ResetReason.BACKLOG_FULL;
  }

  @Override
  public void onPeerRestarted(long nowNs, MeshAddress peer) {
    latestNs = nowNs;
    for (Connection connection : connectionsOf(peer)) {
      connection.closed(new CloseReason.PeerRestarted());
    }
    finished.forget(peer);
  }

  @Override
  public void onPeerReachable(long nowNs, MeshAddress peer) {
    latestNs = nowNs;
    for (Connection connection : connectionsOf(peer)) {
      connection.onPeerReachable(nowNs);
    }
  }

  @Override
  public void onMaxSegmentChanged(MeshAddress peer, int safeBytes, int largestBytes) {
    if (safeBytes < 256 || largestBytes < safeBytes || largestBytes > Workspace.BYTES) {
      throw new IllegalArgumentException("segments of " + safeBytes + " to " + largestBytes);
    }
    PeerPath path = paths.of(peer);
    if (path.mtu.setLink(safeBytes, largestBytes)) {
      segmentSizeChanged(path);
    }
  }

  @Override
  public void onReceivableChanged(MeshAddress peer, int bytes) {
    paths.of(peer).mtu.setReceivable(bytes);
  }

  @Override
  public void onSegmentsTooLarge(long nowNs, MeshAddress peer) {
    latestNs = nowNs;
    for (Connection connection : connectionsOf(peer)) {
      connection.onSegmentsTooLarge(nowNs);
    }
  }

  @Override
  public void segmentSizeChanged(PeerPath path) {
    for (Connection connection : flows.values()) {
      if (connection.tcb.path == path) {
        connection.onMaxSegmentChanged();
      }
    }
  }

  private List<Connection> connectionsOf(MeshAddress peer) {
    return flows.values().stream().filter(c -> c.peer().equals(peer)).toList();
  }

  // Time and output.

  @Override
  public void onTimeout(long nowNs) {
    latestNs = nowNs;
    blocked = false;
    for (Connection due = deadlines.first();
        due != null && due.deadlineNs - nowNs <= 0;
        due = deadlines.first()) {
      due.onTimeout(nowNs);
    }
  }

  @Override
  public void pollTransmit(long nowNs, SegmentSink sink) {
    latestNs = nowNs;
    blocked = !resets.transmit(sink, workspace);
    while (!blocked) {
      Connection connection = transmitQueue.poll();
      if (connection == null) {
        return;
      }
      connection.queuedForTransmit = false;
      if (connection.state() == TcpState.CLOSED) {
        continue;
      }
      SendControl control = connection.tcb.control;
      control.begin(connection);
      boolean more = connection.output.transmit(nowNs, sink);
      Connection next = control.end(connection);
      connection.output.watchWindow(nowNs);
      if (next != null) {
        wantsTransmit(next);
      }
      reschedule(connection);
      if (more) {
        wantsTransmit(connection);
        blocked = connection.output.wasRefused();
      }
    }
  }

  @Override
  public long nextDeadlineNs() {
    Connection first = deadlines.first();
    long next = first == null ? TimerTable.NONE : first.deadlineNs;
    if (transmitQueue.isEmpty() && resets.isEmpty()) {
      return next;
    }
    long transmit = blocked ? latestNs + BLOCKED_RETRY_NS : latestNs;
    return next == TimerTable.NONE || transmit - next < 0 ? transmit : next;
  }

  @Override
  public @Nullable Object pollReady() {
    for (Object next = attention.poll(); next != null; next = attention.poll()) {
      if (next instanceof Connection connection) {
        connection.queuedForAttention = false;
        if (connection.hasEvents()) {
          return connection;
        }
      } else if (next instanceof Listener listener) {
        listener.queuedForAttention = false;
        if (listener.hasRequests()) {
          return listener;
        }
      }
    }
    return null;
  }

  @Override
  public Collection<? extends TcpConnection> connections() {
    return Collections.unmodifiableCollection(flows.values());
  }

  @Override
  public TcpTotals totals(long nowNs) {
    TcpTotals totals = ended;
    for (Connection connection : flows.values()) {
      totals = totals.plus(connection.info(nowNs));
    }
    return totals;
  }

  /** Returns what was counted. */
  EndpointCounters counters() {
    return counters;
  }

  // Host.

  @Override
  public EngineConfig engineConfig() {
    return config;
  }

  @Override
  public void wantsTransmit(Connection connection) {
    if (!connection.queuedForTransmit) {
      connection.queuedForTransmit = true;
      transmitQueue.add(connection);
    }
  }

  @Override
  public void reschedule(Connection connection) {
    deadlines.update(connection, connection.tcb.timers.next());
  }

  @Override
  public void wantsAttention(Connection connection) {
    if (connection.handedOut && !connection.queuedForAttention) {
      connection.queuedForAttention = true;
      attention.add(connection);
    }
  }

  @Override
  public void remove(Connection connection) {
    Tcb tcb = connection.tcb;
    if (flows.remove(tcb.key, connection)) {
      tcb.path.connections--;
      ended = ended.plus(tcb.info(latestNs));
      if (tcb.sizeProbeOut) {
        tcb.path.mtu.onProbeForgotten();
      }
      finished.add(latestNs, tcb);
    }
    deadlines.update(connection, TimerTable.NONE);
    requestResolved(connection);
  }

  @Override
  public void requestResolved(Connection connection) {
    Listener listener = connection.listener;
    if (listener == null) {
      return;
    }
    listener.resolved(connection);
    if (listener.newestWins() && connection.state() == TcpState.SYN_RECEIVED) {
      replaceOlder(connection);
    }
  }

  private void replaceOlder(Connection newest) {
    for (Connection other : connectionsOf(newest.peer())) {
      if (other != newest && other.localPort() == newest.localPort() && other.tcb.passive) {
        other.reset(latestNs, ResetReason.REPLACED, new CloseReason.Replaced());
      }
    }
  }

  @Override
  public void sendReset(Reset reset) {
    resets.add(reset);
  }

  @Override
  public Workspace workspace() {
    return workspace;
  }
}

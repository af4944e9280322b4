package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpState;
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
  private static final int SCRATCH_BYTES = 1 << 16;
  private static final int MAX_RESETS = 256;
  private static final int CHALLENGES_PER_SECOND = 100;
  private static final long BLOCKED_RETRY_NS = 1_000_000;
  private static final long SECOND_NS = 1_000_000_000L;

  /** A RST that waits for the next transmission. */
  private record Reset(
      MeshAddress to,
      int localPort,
      int remotePort,
      int seq,
      int ack,
      boolean hasAck,
      ResetReason reason) {}

  private final MeshAddress local;
  private final EngineConfig config;
  private final RandomGenerator random;
  private final IsnGenerator isns;
  private final Map<FlowKey, Connection> flows = new HashMap<>();
  private final Map<Integer, Listener> listeners = new HashMap<>();
  private final Map<MeshAddress, PeerPath> paths = new HashMap<>();
  private final ArrayDeque<Connection> transmitQueue = new ArrayDeque<>();
  private final ArrayDeque<Object> attention = new ArrayDeque<>();
  private final ArrayDeque<Reset> resets = new ArrayDeque<>();
  private final FinishedRequests finished;
  private final DeadlineHeap deadlines = new DeadlineHeap();
  private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);
  private final Segment segment = new Segment();
  private final EndpointCounters counters = new EndpointCounters();
  private long latestNs;
  private boolean blocked;
  private long challengeWindowNs;
  private int challengesLeft = CHALLENGES_PER_SECOND;
  private boolean challengeStarted;

  Endpoint(MeshAddress local, EngineConfig config, RandomGenerator random, byte[] isnSecret) {
    this.local = local;
    this.config = config;
    this.random = random;
    this.finished = new FinishedRequests(2 * config.maxSegmentLifetimeNs());
    this.isns = new IsnGenerator(local, isnSecret);
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
    if (old != null) {
      if (old.state() != TcpState.TIME_WAIT) {
        throw new BindException("port " + port + " has a connection to that port already");
      }
      // RFC 6191: a keyed, growing sequence number and timestamps make early reuse safe.
      old.closed(new CloseReason.Graceful());
    }
    Connection connection = create(nowNs, key, options, false);
    connection.open(nowNs);
    return connection;
  }

  private Connection create(long nowNs, FlowKey key, TcpConfig options, boolean passive) {
    long hash = isns.hash(key.peer(), key.localPort(), key.remotePort());
    Tcb tcb = new Tcb(nowNs, config, options, local, key, path(key.peer()), hash, passive);
    Connection connection = new Connection(tcb, this);
    flows.put(key, connection);
    return connection;
  }

  private PeerPath path(MeshAddress peer) {
    return paths.computeIfAbsent(peer, p -> new PeerPath(config.maxSegmentBytes()));
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
      connection = null;
    }
    if (connection != null) {
      connection.onSegment(nowNs, segment);
    } else if (request) {
      onRequest(nowNs, key);
    } else {
      answerNobody(key, ResetReason.PORT_CLOSED);
    }
  }

  /** Says whether an old connection makes way for a new request on the same ports. */
  private boolean yields(Connection old) {
    Tcb tcb = old.tcb;
    if (tcb.state == TcpState.TIME_WAIT) {
      // RFC 9293 MAY-2 and RFC 6191: newer by its timestamp or, where that tells nothing because
      // there is none or the peer's clock has not ticked since, by its sequence number.
      boolean newer =
          (tcb.tsOk && segment.hasTimestamps && segment.tsVal != tcb.tsRecent)
              ? SeqNum.gt(segment.tsVal, tcb.tsRecent)
              : SeqNum.gt(segment.seq, tcb.rcvNxt());
      if (newer) {
        old.closed(new CloseReason.Graceful());
      }
      return newer;
    }
    if (tcb.state == TcpState.SYN_RECEIVED && !tcb.accepted && segment.seq != tcb.irs) {
      // The peer gave that request up and makes a new one.
      old.closed(new CloseReason.PeerReset());
      return true;
    }
    return false;
  }

  /** LISTEN STATE: RFC 9293 section 3.10.7.2. */
  private void onRequest(long nowNs, FlowKey key) {
    Listener listener = listeners.get(key.localPort());
    if (listener == null) {
      answerNobody(key, ResetReason.PORT_CLOSED);
      return;
    }
    if (finished.contains(nowNs, key, segment.seq)) {
      answerNobody(key, ResetReason.ABORTED);
      return;
    }
    if (listener.isFull()) {
      answerNobody(key, ResetReason.BACKLOG_FULL);
      return;
    }
    Connection connection = create(nowNs, key, listener.config(), true);
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

  /** CLOSED STATE: RFC 9293 section 3.10.7.1. */
  private void answerNobody(FlowKey key, ResetReason reason) {
    if (segment.has(Segment.RST)) {
      return;
    }
    if (segment.has(Segment.ACK)) {
      sendReset(
          key.peer(), key.localPort(), key.remotePort(), segment.ack, 0, false, ResetReason.NONE);
    } else {
      sendReset(key.peer(), key.localPort(), key.remotePort(), 0, segment.endSeq(), true, reason);
    }
  }

  @Override
  public void onPeerRestarted(long nowNs, MeshAddress peer) {
    latestNs = nowNs;
    for (Connection connection : connectionsOf(peer)) {
      connection.closed(new CloseReason.PeerRestarted());
    }
  }

  @Override
  public void onPeerReachable(long nowNs, MeshAddress peer) {
    latestNs = nowNs;
    for (Connection connection : connectionsOf(peer)) {
      connection.onPeerReachable(nowNs);
    }
  }

  @Override
  public void onMaxSegmentChanged(MeshAddress peer, int maxSegmentBytes) {
    if (maxSegmentBytes < 256 || maxSegmentBytes > SCRATCH_BYTES) {
      throw new IllegalArgumentException("a segment of " + maxSegmentBytes + " bytes");
    }
    path(peer).setMaxSegmentBytes(maxSegmentBytes);
    for (Connection connection : connectionsOf(peer)) {
      connection.onMaxSegmentChanged();
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
    blocked = !transmitResets(sink);
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
      boolean more = connection.output.transmit(nowNs, sink, scratch);
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

  private boolean transmitResets(SegmentSink sink) {
    for (Reset reset = resets.peek(); reset != null; reset = resets.peek()) {
      segment.clear();
      segment.sourcePort = reset.localPort;
      segment.destinationPort = reset.remotePort;
      segment.seq = reset.seq;
      segment.ack = reset.ack;
      segment.flags = Segment.RST | (reset.hasAck ? Segment.ACK : 0);
      SegmentCodec.emitHeader(segment, scratch);
      reset.reason.write(scratch);
      SegmentCodec.finish(scratch, local, reset.to);
      if (!sink.offer(reset.to, scratch)) {
        return false;
      }
      resets.remove();
    }
    return true;
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
    if (flows.remove(connection.tcb.key, connection)
        && connection.tcb.passive
        && connection.tcb.accepted) {
      finished.add(latestNs, connection.tcb.key, connection.tcb.irs);
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
        other.reset(ResetReason.REPLACED, new CloseReason.Replaced());
      }
    }
  }

  @Override
  public void sendReset(
      MeshAddress to,
      int localPort,
      int remotePort,
      int seq,
      int ack,
      boolean hasAck,
      ResetReason reason) {
    if (resets.size() < MAX_RESETS) {
      resets.add(new Reset(to, localPort, remotePort, seq, ack, hasAck, reason));
    }
  }

  @Override
  public boolean mayChallenge(long nowNs) {
    if (!challengeStarted || nowNs - challengeWindowNs >= SECOND_NS) {
      challengeStarted = true;
      challengeWindowNs = nowNs;
      challengesLeft = CHALLENGES_PER_SECOND;
    }
    return challengesLeft-- > 0;
  }
}

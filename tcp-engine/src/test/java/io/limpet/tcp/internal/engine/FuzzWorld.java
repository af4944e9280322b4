package io.limpet.tcp.internal.engine;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One endpoint, an application and a peer, whose every move is read from a fuzzer's bytes. The peer
 * knows what was said to it last, so that the fuzzer has but to find how to answer wrongly.
 */
final class FuzzWorld {
  private static final MeshAddress LOCAL = new MeshAddress(0x2001_0020_0000_0001L, 1);
  private static final MeshAddress PEER = new MeshAddress(0x2001_0020_0000_0002L, 2);
  private static final int PORT = 7;
  private static final int PEER_PORTS = 3;
  private static final int MAX_CONNECTIONS = 8;
  private static final long BUDGET_BYTES = 256 << 10;

  /** What connections may hold when there is nothing left, and one buffer on top. */
  private static final long FLOOR_BYTES = (MAX_CONNECTIONS + 8) * 40L * 1024 + (256 << 10);

  private static final int MAX_CALLS_AT_ONCE = 2000;
  private static final int MAX_CALLS_PER_SECOND = 20_000;

  private final FuzzedDataProvider data;
  private final Endpoint endpoint;
  private final TcpListener listener;
  private final List<TcpConnection> connections = new ArrayList<>();
  private final Segment said = new Segment();
  private final Segment answer = new Segment();
  private final ByteBuffer out = ByteBuffer.allocate(1 << 17);
  private final ByteBuffer in = ByteBuffer.allocate(64 << 10);
  private long nowNs;
  private int capacity = Integer.MAX_VALUE;
  private boolean refused;

  FuzzWorld(FuzzedDataProvider data) throws Exception {
    this.data = data;
    nowNs = data.consumeBoolean() ? data.consumeLong() : 0;
    EngineConfig config = EngineConfig.defaults().withBufferBudgetBytes(BUDGET_BYTES);
    endpoint = (Endpoint) TcpEndpoints.create(LOCAL, config, new SplittableRandom(1), new byte[32]);
    listener = endpoint.listen(PORT, 4, data.consumeBoolean(), config());
    said.clear();
  }

  private TcpConfig config() {
    TcpConfig defaults = TcpConfig.defaults();
    return new TcpConfig(
        data.consumeInt(4096, 300_000),
        data.consumeInt(4096, 300_000),
        data.consumeBoolean(),
        data.consumeBoolean() ? data.consumeLong(SimNet.MS, 100 * SimNet.SECOND) : 0,
        defaults.userTimeoutNs(),
        defaults.suspectAfterNs(),
        data.consumeBoolean() ? CongestionAlgorithm.CUBIC : CongestionAlgorithm.MESH_RATE,
        defaults.redundancyShare());
  }

  /** One move of anybody, and all that follows from it at once. */
  void step() throws Exception {
    switch (data.consumeInt(0, 12)) {
      case 0 -> arrive(ByteBuffer.wrap(data.consumeBytes(data.consumeInt(0, 100))));
      case 1, 2, 3, 4, 5 -> answer();
      case 6, 7 -> command();
      case 8 -> open();
      case 9, 10 -> pass(data.consumeLong(0, 2 * SimNet.SECOND));
      case 11 -> pass(data.consumeLong(0, 600 * SimNet.SECOND));
      default -> link();
    }
    turn();
    check();
  }

  /** Nothing more happens: everything ends, and leaves nothing. */
  void end() {
    capacity = Integer.MAX_VALUE;
    endpoint.close(nowNs);
    turn();
    pass(SimNet.SECOND);
    connections.forEach(c -> c.close(nowNs));
    turn();
    if (!endpoint.connections().isEmpty()
        || endpoint.pool.heldBytes() != 0
        || endpoint.nextDeadlineNs() != Long.MAX_VALUE) {
      throw new AssertionError(
          "left: "
              + endpoint.flows.values()
              + ", "
              + endpoint.pool.heldBytes()
              + " bytes, deadline "
              + endpoint.nextDeadlineNs());
    }
  }

  // The peer.

  private void arrive(ByteBuffer bytes) {
    endpoint.onSegment(nowNs, data.consumeBoolean() ? PEER : LOCAL, bytes);
  }

  /** A segment that is well formed, and near to what was said last. */
  private void answer() {
    answer.clear();
    boolean toConnection = !connections.isEmpty() && data.consumeBoolean();
    TcpConnection to = toConnection ? connections.get(index(connections.size())) : null;
    answer.sourcePort = to != null ? to.remotePort() : 1 + data.consumeInt(0, PEER_PORTS - 1);
    answer.destinationPort = to != null ? to.localPort() : PORT;
    int flags = data.consumeByte() & 0x3F;
    answer.flags = data.consumeBoolean() ? Segment.ACK | (flags & Segment.PSH) : flags;
    answer.seq = near(said.ack);
    answer.ack = near(said.endSeq());
    answer.window = data.consumeInt(0, 0xFFFF);
    answer.urgentPointer = data.consumeBoolean() ? data.consumeInt(0, 0xFFFF) : 0;
    options();
    answer.payload = ByteBuffer.allocate(data.consumeBoolean() ? data.consumeInt(0, 1400) : 0);
    out.clear();
    SegmentCodec.emitHeader(answer, out);
    out.put(answer.payload.duplicate());
    SegmentCodec.finish(out, PEER, LOCAL);
    endpoint.onSegment(nowNs, PEER, out);
  }

  private void options() {
    if (answer.has(Segment.SYN)) {
      answer.mss = data.consumeBoolean() ? data.consumeInt(1, 0xFFFF) : 0;
      answer.windowScale = data.consumeInt(-1, 14);
      answer.sackPermitted = data.consumeBoolean();
    }
    answer.hasTimestamps = data.consumeBoolean();
    if (answer.hasTimestamps) {
      answer.tsVal = near(said.tsEcr);
      answer.tsEcr = near(said.tsVal);
    }
    if (!answer.has(Segment.SYN) && data.consumeBoolean()) {
      int left = near(said.endSeq());
      answer.addSack(left, left + data.consumeInt(-3000, 3000));
    } else if (data.consumeBoolean()) {
      answer.userTimeoutSeconds = data.consumeInt(1, 30_000);
    }
  }

  private int near(int number) {
    return switch (data.consumeInt(0, 3)) {
      case 0, 1 -> number;
      case 2 -> number + data.consumeInt(-3000, 3000);
      default -> data.consumeInt();
    };
  }

  private int index(int count) {
    return data.consumeInt(0, count - 1);
  }

  // The application.

  private void open() throws Exception {
    TcpConnection request = listener.pollRequest();
    if (request != null) {
      connections.add(request);
      if (data.consumeBoolean()) {
        request.accept(nowNs);
      }
      return;
    }
    if (endpoint.connections().size() < MAX_CONNECTIONS) {
      int remote = 1 + data.consumeInt(0, PEER_PORTS - 1);
      MeshAddress to = data.consumeBoolean() ? PEER : LOCAL;
      try {
        connections.add(endpoint.connect(nowNs, to, remote, data.consumeInt(0, 3), config()));
      } catch (BindException e) {
        // That pair of ports is taken.
      }
    }
  }

  private void command() {
    if (connections.isEmpty()) {
      return;
    }
    TcpConnection connection = connections.get(index(connections.size()));
    switch (data.consumeInt(0, 11)) {
      case 0 -> connection.accept(nowNs);
      case 1, 2, 3 -> write(connection);
      case 4, 5 -> {
        in.clear().limit(data.consumeInt(0, in.capacity()));
        connection.read(nowNs, in);
      }
      case 6 -> connection.shutdownOutput(nowNs);
      case 7 -> {
        connection.close(nowNs);
        connections.remove(connection);
      }
      case 8 -> connection.abort(nowNs);
      case 9 -> connection.setKeepAliveNs(nowNs, data.consumeLong(0, 100 * SimNet.SECOND));
      case 10 -> connection.setUserTimeoutNs(nowNs, data.consumeLong(1, 900) * SimNet.SECOND);
      default -> connection.setNoDelay(nowNs, data.consumeBoolean());
    }
  }

  private void write(TcpConnection connection) {
    if (connection.writableBytes() > 0) {
      connection.write(nowNs, ByteBuffer.allocate(data.consumeInt(0, 70_000)));
      if (data.consumeInt(0, 7) == 0) {
        connection.markUrgent(nowNs);
      }
    }
  }

  // The link.

  private void link() {
    switch (data.consumeInt(0, 4)) {
      case 0 -> endpoint.onPeerReachable(nowNs, PEER);
      case 1 -> endpoint.onPeerRestarted(nowNs, PEER);
      case 2 -> {
        int safe = data.consumeInt(256, 3000);
        endpoint.onMaxSegmentChanged(PEER, safe, safe + data.consumeInt(0, 3000));
      }
      case 3 -> capacity = data.consumeInt(0, 3);
      default -> capacity = Integer.MAX_VALUE;
    }
  }

  // Time, and what follows.

  private void pass(long durationNs) {
    long endNs = nowNs + durationNs;
    int atOnce = 0;
    long calls = 0;
    long next = endpoint.nextDeadlineNs();
    while (next != Long.MAX_VALUE && next - endNs <= 0) {
      atOnce = next - nowNs > 0 ? 0 : atOnce + 1;
      nowNs = next - nowNs > 0 ? next : nowNs;
      if (atOnce > MAX_CALLS_AT_ONCE
          || ++calls > MAX_CALLS_PER_SECOND * (1 + durationNs / SimNet.SECOND)) {
        throw new AssertionError("no end of work");
      }
      endpoint.onTimeout(nowNs);
      turn();
      next = endpoint.nextDeadlineNs();
    }
    nowNs = endNs;
    endpoint.onTimeout(nowNs);
  }

  private void turn() {
    int[] left = {capacity};
    refused = false;
    endpoint.pollTransmit(
        nowNs,
        (to, segment) -> {
          if (left[0]-- <= 0) {
            refused = true;
            return false;
          }
          SegmentCodec.parse(segment.duplicate(), LOCAL, to, said);
          return true;
        });
    for (Object ready = endpoint.pollReady(); ready != null; ready = endpoint.pollReady()) {
      if (ready instanceof TcpConnection connection) {
        while (connection.pollEvent() != null) {
          // Heard.
        }
      }
    }
  }

  private void check() {
    SwarmAudit.check(endpoint, refused);
    long held = endpoint.pool.heldBytes();
    if (held > BUDGET_BYTES + FLOOR_BYTES || endpoint.flows.size() > MAX_CONNECTIONS + 8) {
      throw new AssertionError(held + " bytes by " + endpoint.flows.values());
    }
  }
}

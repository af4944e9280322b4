package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;
import java.net.BindException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint under test against a peer that is played by hand, segment by segment, in virtual
 * time. Sequence numbers of the peer start at {@link #PEER_ISS}; those of the endpoint are learnt.
 */
final class PlayedPeer {
  static final MeshAddress LOCAL = new MeshAddress(0x2001_0020_0000_0001L, 1);
  static final MeshAddress PEER = new MeshAddress(0x2001_0020_0000_0002L, 2);
  static final int PEER_ISS = 0xFFFF_FF00;
  static final int PEER_PORT = 5000;
  static final int PORT = 7;
  static final long MS = 1_000_000L;

  long nowNs = 12_345_678_901L;
  final TcpEndpoint endpoint;
  TcpConfig config = TcpConfig.defaults();
  boolean timestamps;
  int window = 60_000;
  private final ArrayDeque<byte[]> sent = new ArrayDeque<>();
  private final ByteBuffer scratch = ByteBuffer.allocate(70_000);
  private @Nullable TcpConnection connection;
  private @Nullable TcpListener listener;
  int localPort = PORT;

  /** The endpoint's ISS. */
  int iss;

  boolean refuse;
  final List<TcpEvent> events = new ArrayList<>();

  PlayedPeer() {
    this(EngineConfig.defaults());
  }

  PlayedPeer(EngineConfig engine) {
    endpoint = TcpEndpoints.create(LOCAL, engine, new SplittableRandom(1), new byte[32]);
  }

  TcpConnection connection() {
    TcpConnection c = connection;
    if (c == null) {
      throw new IllegalStateException("no connection yet");
    }
    return c;
  }

  /** Says whether the port is listened at. */
  boolean isListening() {
    try {
      endpoint.listen(PORT, 1, false, config).close(nowNs);
      return false;
    } catch (BindException taken) {
      return true;
    }
  }

  TcpListener listener() {
    return Objects.requireNonNull(listener);
  }

  /** The request that waits for the application. */
  TcpConnection request() {
    return Objects.requireNonNull(listener().pollRequest());
  }

  /** The same, and from now on it is the connection at hand. */
  TcpConnection takeRequest() {
    connection = request();
    return connection;
  }

  Tcb tcb() {
    return ((Connection) connection()).tcb;
  }

  /** A connection such as the first one would be, to see its numbers; uses the endpoint up. */
  Tcb probe(boolean active) throws BindException {
    TcpConnection probe =
        active
            ? endpoint.connect(nowNs, PEER, PEER_PORT, 0, config)
            : endpoint.connect(nowNs, PEER, PEER_PORT, PORT, config);
    return ((Connection) probe).tcb;
  }

  // What the peer does.

  void receive(int flags, int seq, int ack, String data, Consumer<Segment> more) {
    Segment segment = new Segment();
    segment.clear();
    segment.sourcePort = PEER_PORT;
    segment.destinationPort = localPort;
    segment.flags = flags;
    segment.seq = seq;
    segment.ack = ack;
    segment.window = window;
    if (agreedOnTimestamps()) {
      segment.hasTimestamps = true;
      segment.tsVal = tcb().tsRecent;
    }
    more.accept(segment);
    SegmentCodec.emitHeader(segment, scratch);
    scratch.put(data.getBytes(StandardCharsets.US_ASCII));
    deliver();
    flush();
  }

  private void deliver() {
    SegmentCodec.finish(scratch, PEER, LOCAL);
    byte[] bytes = new byte[scratch.remaining()];
    scratch.get(bytes);
    endpoint.onSegment(nowNs, PEER, ByteBuffer.wrap(bytes));
  }

  /** Injects a segment whose fields are set already, with options of any bytes at the end. */
  void inject(Segment segment, ByteBuffer data, byte[] rawOptions) {
    segment.sourcePort = PEER_PORT;
    segment.destinationPort = localPort;
    SegmentCodec.emitHeader(segment, scratch);
    scratch.put(rawOptions);
    int headerBytes = scratch.position();
    scratch.put(12, (byte) ((headerBytes / 4) << 4));
    scratch.put(data);
    deliver();
  }

  void receive(int flags, int seq, int ack, String data) {
    receive(flags, seq, ack, data, s -> {});
  }

  /**
   * A segment of the peer at an offset from its first data byte, acknowledging an offset of ours.
   */
  void peer(int flags, int seqOffset, int ackOffset, String data) {
    receive(flags | Segment.ACK, PEER_ISS + 1 + seqOffset, iss + 1 + ackOffset, data);
  }

  // What the endpoint does.

  void flush() {
    endpoint.pollTransmit(
        nowNs,
        (to, segment) -> {
          if (refuse) {
            return false;
          }
          byte[] bytes = new byte[segment.remaining()];
          segment.duplicate().get(bytes);
          sent.add(bytes);
          return true;
        });
    drain();
  }

  void drain() {
    for (Object ready = endpoint.pollReady(); ready != null; ready = endpoint.pollReady()) {
      if (ready instanceof TcpConnection c) {
        for (TcpEvent e = c.pollEvent(); e != null; e = c.pollEvent()) {
          if (c == connection) {
            events.add(e);
          }
        }
      }
    }
  }

  byte @Nullable [] takeSent() {
    return sent.poll();
  }

  boolean agreedOnTimestamps() {
    return connection != null && tcb().tsOk;
  }

  Segment expect() {
    byte[] bytes = sent.poll();
    assertThat(bytes).as("a segment is expected").isNotNull();
    return parse(bytes);
  }

  Segment parse(byte[] bytes) {
    Segment segment = new Segment();
    assertThat(SegmentCodec.parse(ByteBuffer.wrap(bytes), LOCAL, PEER, segment))
        .isEqualTo(ParseResult.OK);
    return segment;
  }

  /** Expects a segment with exactly these control bits, at offsets from the first data bytes. */
  Segment expect(int flags, int seqOffset, int ackOffset) {
    Segment segment = expect();
    assertThat(segment.flags & ~Segment.PSH).as("flags of %s", segment).isEqualTo(flags);
    assertThat(segment.seq - iss - 1).as("seq of %s", segment).isEqualTo(seqOffset);
    if (segment.has(Segment.ACK)) {
      assertThat(segment.ack - PEER_ISS - 1).as("ack of %s", segment).isEqualTo(ackOffset);
    }
    return segment;
  }

  void expectNothing() {
    flush();
    assertThat(sent).isEmpty();
  }

  void forgetSent() {
    flush();
    sent.clear();
  }

  /** Lets time pass, with every deadline on the way. */
  void advance(long durationNs) {
    long end = nowNs + durationNs;
    while (true) {
      long next = endpoint.nextDeadlineNs();
      if (next == Long.MAX_VALUE || next - end > 0) {
        break;
      }
      nowNs = Math.max(nowNs, next);
      endpoint.onTimeout(nowNs);
      flush();
      if (refuse) {
        break;
      }
    }
    nowNs = end;
    endpoint.onTimeout(nowNs);
    flush();
  }

  @Nullable CloseReason closed() {
    flush();
    for (TcpEvent e : events) {
      if (e instanceof TcpEvent.Closed c) {
        return c.reason();
      }
    }
    return null;
  }

  String read() {
    return read(true);
  }

  String read(boolean thenFlush) {
    ByteBuffer target = ByteBuffer.allocate(4096);
    while (connection().read(nowNs, target) > 0) {
      // More may follow.
    }
    if (thenFlush) {
      flush();
    }
    return new String(target.array(), 0, target.position(), StandardCharsets.US_ASCII);
  }

  void write(String data) {
    connection().write(nowNs, ByteBuffer.wrap(data.getBytes(StandardCharsets.US_ASCII)));
    flush();
  }

  // Ways into a state.

  PlayedPeer synSent() throws Exception {
    connection = endpoint.connect(nowNs, PEER, PEER_PORT, 0, config);
    localPort = connection.localPort();
    return this;
  }

  PlayedPeer listening(int backlog, boolean newestWins) throws Exception {
    listener = endpoint.listen(PORT, backlog, newestWins, config);
    return this;
  }

  private void options(Segment syn) {
    syn.mss = 1000;
    syn.sackPermitted = true;
    if (timestamps) {
      syn.hasTimestamps = true;
      syn.tsVal = 1000;
    }
  }

  /** The peer's SYN, waiting for the application. */
  PlayedPeer requested() throws Exception {
    listening(4, false);
    receive(Segment.SYN, PEER_ISS, 0, "", this::options);
    connection = request();
    return this;
  }

  PlayedPeer synReceived() throws Exception {
    requested();
    connection().accept(nowNs);
    flush();
    Segment synAck = expect();
    assertThat(synAck.flags).isEqualTo(Segment.SYN | Segment.ACK);
    assertThat(synAck.ack).isEqualTo(PEER_ISS + 1);
    iss = synAck.seq;
    return this;
  }

  PlayedPeer established() throws Exception {
    synReceived();
    nowNs += 10 * MS;
    peer(0, 0, 0, "");
    assertState(TcpState.ESTABLISHED);
    expectNothing();
    return this;
  }

  /** The active side, established without options of the peer. */
  PlayedPeer connected() throws Exception {
    synSent();
    flush();
    iss = expect().seq;
    receive(Segment.SYN | Segment.ACK, PEER_ISS, iss + 1, "", this::options);
    expect(Segment.ACK, 0, 0);
    assertState(TcpState.ESTABLISHED);
    return this;
  }

  PlayedPeer finWait1() throws Exception {
    established();
    connection().shutdownOutput(nowNs);
    flush();
    expect(Segment.FIN | Segment.ACK, 0, 0);
    return assertState(TcpState.FIN_WAIT_1);
  }

  PlayedPeer finWait2() throws Exception {
    finWait1();
    peer(0, 0, 1, "");
    return assertState(TcpState.FIN_WAIT_2);
  }

  PlayedPeer closeWait() throws Exception {
    established();
    peer(Segment.FIN, 0, 0, "");
    expect(Segment.ACK, 0, 1);
    return assertState(TcpState.CLOSE_WAIT);
  }

  PlayedPeer lastAck() throws Exception {
    closeWait();
    connection().shutdownOutput(nowNs);
    flush();
    expect(Segment.FIN | Segment.ACK, 0, 1);
    return assertState(TcpState.LAST_ACK);
  }

  PlayedPeer closing() throws Exception {
    finWait1();
    peer(Segment.FIN, 0, 0, "");
    expect(Segment.ACK, 1, 1);
    return assertState(TcpState.CLOSING);
  }

  PlayedPeer timeWait() throws Exception {
    finWait2();
    peer(Segment.FIN, 0, 1, "");
    expect(Segment.ACK, 1, 1);
    return assertState(TcpState.TIME_WAIT);
  }

  PlayedPeer assertState(TcpState state) {
    assertThat(connection().state()).isEqualTo(state);
    return this;
  }
}

package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.buffer.ChunkPool;
import io.limpet.tcp.internal.cc.Cubic;
import io.limpet.tcp.internal.loss.Rack;
import io.limpet.tcp.internal.loss.RttEstimator;
import io.limpet.tcp.internal.rcv.ReceiveBuffer;
import io.limpet.tcp.internal.snd.Scoreboard;
import io.limpet.tcp.internal.snd.SendBuffer;
import io.limpet.tcp.internal.wire.SegmentCodec;

/**
 * The transmission control block (RFC 9293 section 3.3.1): the variables of one connection, by the
 * RFC's names, open to the few classes of this package that work on them. Not thread-safe.
 */
final class Tcb {
  private static final int DEFAULT_PEER_MSS = 1220;
  private static final int MIN_SEND_MSS = 64;

  final EngineConfig engine;
  final TcpConfig config;
  final MeshAddress local;
  final FlowKey key;
  final PeerPath path;
  final TimerTable timers = new TimerTable();

  TcpState state = TcpState.CLOSED;
  private long stateSinceNs;

  /** Whether the connection began with a SYN of the peer. */
  final boolean passive;

  /** Whether the application has taken the peer's request, or made its own. */
  boolean accepted;

  // Send sequence variables.
  final int iss;
  int sndUna;
  int sndNxt;

  /** The highest sequence number sent so far: beyond SND.NXT while a closed window is probed. */
  int sndMax;

  int sndWnd;
  int maxSndWnd;
  int sndWl1;
  int sndWl2;
  int sndWndScale;
  int peerMss = DEFAULT_PEER_MSS;
  final SendBuffer sendBuffer;
  final Scoreboard scoreboard;
  boolean finQueued;
  boolean finSent;
  final UrgentMarks urgent = new UrgentMarks();

  // Receive sequence variables.
  int irs;
  int rcvWndScale;
  final ReceiveBuffer rcv;
  boolean peerFinReceived;

  /** Whether the peer's request came with data. */
  boolean synDataTaken;

  int lastAckSent;

  // Options.
  boolean sackOk;
  boolean tsOk;
  int tsRecent;
  long tsRecentAtNs;
  final int tsOffset;

  // Acknowledgement.
  boolean ackNow;
  int unacknowledgedArrivals;
  int quickAcks;
  final ChallengeLimit challenges = new ChallengeLimit();

  // Loss and rate.
  final RttEstimator rtt;
  final Rack rack = new Rack();
  final SendControl control;
  int expectedDuplicates;

  /** Whether a probe of the segment size of ours is under way. */
  boolean sizeProbeOut;

  // Switches and clocks.
  boolean noDelay;
  long keepAliveNs;
  final UserTimeout userTimeout;

  /** Time between keepalive probes, and how many may fail; 0 for the defaults. */
  long keepAliveIntervalNs;

  int keepAliveProbes;
  boolean applicationClosed;

  /** Data was thrown away at close: RST, not FIN, follows what was written (section 3.6.1). */
  boolean resetWhenDelivered;

  long lastHeardNs;
  long progressNs;
  boolean suspect;

  // Statistics.
  long segmentsSent;
  long segmentsRetransmitted;
  long bytesAcked;
  long bytesReceived;
  long retransmissionTimeouts;
  long spuriousRetransmissions;

  Tcb(
      long nowNs,
      EngineConfig engine,
      TcpConfig config,
      MeshAddress local,
      FlowKey key,
      PeerPath path,
      ChunkPool pool,
      long hash,
      int iss,
      boolean passive) {
    this.engine = engine;
    this.config = config;
    this.local = local;
    this.key = key;
    this.path = path;
    this.passive = passive;
    this.tsOffset = (int) hash;
    this.iss = iss;
    sndUna = iss;
    sndNxt = iss;
    sndMax = iss;
    sendBuffer = new SendBuffer(config.sendBufferBytes(), iss + 1, pool);
    rcv = new ReceiveBuffer(config.receiveBufferBytes(), pool);
    rcvWndScale = scaleFor(config.receiveBufferBytes());
    rtt = new RttEstimator(engine.rtoInitialNs(), engine.rtoMinNs(), engine.rtoMaxNs());
    if (path.hasRtt()) {
      rtt.seed(path.srttNs(), path.rttVarNs());
    }
    int mss = sendMss();
    control =
        switch (config.congestionControl()) {
          case MESH_RATE -> path.sharedControl(nowNs, mss);
          case CUBIC -> new SendControl(new Cubic(mss), mss);
        };
    if (config.congestionControl() == TcpConfig.CongestionAlgorithm.CUBIC) {
      control.cc.onHint(path.memory.rateBytesPerSecond(nowNs), path.memory.minRttNs(nowNs));
    }
    scoreboard = new Scoreboard(control.flight);
    noDelay = config.noDelay();
    keepAliveNs = config.keepAliveNs();
    userTimeout = new UserTimeout(engine, config);
    lastHeardNs = nowNs;
    progressNs = nowNs;
    quickAcks = 16;
  }

  private static int scaleFor(int bytes) {
    int scale = 0;
    while (scale < 14 && (0xFFFFL << scale) < bytes) {
      scale++;
    }
    return scale;
  }

  /** STATUS (RFC 9293 section 3.9.1.5). */
  TcpInfo info(long nowNs) {
    return new TcpInfo(
        key.peer(),
        key.localPort(),
        key.remotePort(),
        state,
        rtt.srttNs(),
        rtt.rttVarNs(),
        rtt.minRttNs(),
        rtt.rtoNs(),
        control.cc.windowBytes(),
        control.cc.pacingRateBytesPerSecond(),
        control.cc.deliveryRateBytesPerSecond(),
        scoreboard.bytesInFlight(),
        bytesAcked,
        bytesReceived,
        segmentsSent,
        segmentsRetransmitted,
        path.lossRate(),
        sndWnd,
        sendMss(),
        userTimeout.effectiveNs(),
        sendBuffer.size(),
        readableBytes(),
        urgentBytes(),
        rcv.acceptableWindow(),
        retransmissionTimeouts,
        spuriousRetransmissions,
        rack.reorderingSeen(),
        (long) sendBuffer.heldBytes() + rcv.heldBytes(),
        path.maxSegmentBytes(),
        state == TcpState.CLOSED ? 0 : nowNs - stateSinceNs,
        rtt.backoff());
  }

  /** Takes another state; CLOSED, which nothing follows, needs no time. */
  void enter(long nowNs, TcpState next) {
    state = next;
    stateSinceNs = nowNs;
  }

  /** Bytes that the application may read: none before it has accepted. */
  int readableBytes() {
    return accepted ? rcv.readable() : 0;
  }

  /** Of the bytes to read next, those that are urgent. */
  int urgentBytes() {
    return accepted ? urgent.left(rcv.readSeq()) : 0;
  }

  /** RCV.NXT. */
  int rcvNxt() {
    return rcv.rcvNxt();
  }

  /** The MSS option to send: what this side can take (RFC 6691), also as a probe of its size. */
  int receiveMss() {
    return Math.min(path.mtu.receivableBytes() - SegmentCodec.HEADER_BYTES, 0xFFFF);
  }

  /** Eff.snd.MSS (RFC 9293 section 3.7.1): data in a full segment, options taken off. */
  int sendMss() {
    int most = Math.min(peerMss, path.maxSegmentBytes() - SegmentCodec.HEADER_BYTES);
    return Math.max(MIN_SEND_MSS, most - optionBytes());
  }

  private int optionBytes() {
    return tsOk || state == TcpState.CLOSED ? SegmentCodec.TIMESTAMP_BYTES : 0;
  }

  /** Returns the size of a segment with so much data. */
  int segmentBytes(int dataBytes) {
    return SegmentCodec.HEADER_BYTES + optionBytes() + dataBytes;
  }

  /** Returns the data of a segment that probes for a larger size now, or 0 (RFC 8899). */
  int probeDataBytes(long nowNs) {
    int size = Math.min(path.mtu.probeBytes(nowNs), peerMss + SegmentCodec.HEADER_BYTES);
    return size > path.maxSegmentBytes() ? size - segmentBytes(0) : 0;
  }

  /** TSval at a time: milliseconds, from an offset that is keyed per four-tuple. */
  int tsVal(long nowNs) {
    return (int) Math.floorDiv(nowNs, 1_000_000L) + tsOffset;
  }

  /** Bytes written that were never sent. */
  int unsentBytes() {
    return sendBuffer.endSeq() - firstUnsentData();
  }

  /** Sequence number of the first byte never sent. */
  int firstUnsentData() {
    if (sndNxt == iss) {
      return iss + 1;
    }
    return finSent ? sendBuffer.endSeq() : sndNxt;
  }

  /** Says whether something awaits the peer: data, a SYN, a FIN, or an opening window. */
  boolean isAwaitingPeer() {
    return scoreboard.packetsOut() > 0 || (sndWnd == 0 && isSynchronized() && unsentBytes() > 0);
  }

  /** Says whether the peer has closed its window although there is data for it. */
  boolean isPersisting() {
    return sndWnd == 0 && isSynchronized() && sendBuffer.size() > 0;
  }

  /** Says whether the peer's SYN has been seen and ours acknowledged, or about to be. */
  boolean isSynchronized() {
    return switch (state) {
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> true;
      case LISTEN, SYN_SENT, SYN_RECEIVED, CLOSED -> false;
    };
  }

  /** Says whether data may still arrive. */
  boolean mayReceive() {
    return switch (state) {
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> true;
      case SYN_RECEIVED -> accepted;
      case LISTEN, SYN_SENT, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, CLOSED -> false;
    };
  }
}

package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.cc.CongestionControl;
import io.limpet.tcp.internal.cc.Cubic;
import io.limpet.tcp.internal.cc.MeshRate;
import io.limpet.tcp.internal.cc.Pacer;
import io.limpet.tcp.internal.loss.Rack;
import io.limpet.tcp.internal.loss.RttEstimator;
import io.limpet.tcp.internal.rcv.ReceiveBuffer;
import io.limpet.tcp.internal.snd.DeliveryRate;
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

  /** Whether the connection began with a SYN of the peer. */
  final boolean passive;

  /** Whether the application has taken the peer's request, or made its own. */
  boolean accepted;

  // Send sequence variables.
  final int iss;
  int sndUna;
  int sndNxt;
  int sndWnd;
  int maxSndWnd;
  int sndWl1;
  int sndWl2;
  int sndWndScale;
  int peerMss = DEFAULT_PEER_MSS;
  final SendBuffer sendBuffer;
  final Scoreboard scoreboard = new Scoreboard();
  boolean finQueued;
  boolean finSent;

  // Receive sequence variables.
  int irs;
  int rcvWndScale;
  final ReceiveBuffer rcv;
  boolean peerFinReceived;
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

  // Loss and rate.
  final RttEstimator rtt;
  final Rack rack = new Rack();
  final DeliveryRate deliveryRate = new DeliveryRate();
  final CongestionControl cc;
  final Pacer pacer;
  int expectedDuplicates;

  // Switches and clocks.
  boolean noDelay;
  long keepAliveNs;

  /** Time between keepalive probes, and how many may fail; 0 for the defaults. */
  long keepAliveIntervalNs;

  int keepAliveProbes;
  long userTimeoutNs;
  boolean applicationClosed;
  long lastHeardNs;
  long progressNs;
  boolean suspect;

  // Statistics.
  long segmentsSent;
  long segmentsRetransmitted;
  long bytesAcked;
  long bytesReceived;

  Tcb(
      long nowNs,
      EngineConfig engine,
      TcpConfig config,
      MeshAddress local,
      FlowKey key,
      PeerPath path,
      long hash,
      boolean passive) {
    this.engine = engine;
    this.config = config;
    this.local = local;
    this.key = key;
    this.path = path;
    this.passive = passive;
    this.tsOffset = (int) hash;
    iss = IsnGenerator.initialSequence(hash, nowNs);
    sndUna = iss;
    sndNxt = iss;
    sendBuffer = new SendBuffer(config.sendBufferBytes(), iss + 1);
    rcv = new ReceiveBuffer(config.receiveBufferBytes());
    rcvWndScale = scaleFor(config.receiveBufferBytes());
    rtt = new RttEstimator(engine.rtoInitialNs(), engine.rtoMinNs(), engine.rtoMaxNs());
    if (path.hasRtt()) {
      rtt.seed(path.srttNs(), path.rttVarNs());
    }
    int mss = sendMss();
    cc =
        switch (config.congestionControl()) {
          case MESH_RATE -> new MeshRate(mss);
          case CUBIC -> new Cubic(mss);
        };
    pacer = new Pacer(mss);
    noDelay = config.noDelay();
    keepAliveNs = config.keepAliveNs();
    userTimeoutNs = config.userTimeoutNs();
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

  /** RCV.NXT. */
  int rcvNxt() {
    return rcv.rcvNxt();
  }

  /** The MSS option to send: what this side can take (RFC 6691). */
  int receiveMss() {
    return path.maxSegmentBytes() - SegmentCodec.HEADER_BYTES;
  }

  /** Eff.snd.MSS (RFC 9293 section 3.7.1): data in a full segment, options taken off. */
  int sendMss() {
    int header = tsOk || state == TcpState.CLOSED ? SegmentCodec.TIMESTAMP_BYTES : 0;
    int most = Math.min(peerMss, path.maxSegmentBytes() - SegmentCodec.HEADER_BYTES);
    return Math.max(MIN_SEND_MSS, most - header);
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

package io.limpet.tcp.internal.engine;

import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.snd.SentSegment;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import io.limpet.tcp.internal.wire.SeqNum;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What to send next: one decision, taken again until there is nothing to send. The state changes
 * only once the sink has accepted a segment; when the pacer holds one back, its timer says until
 * when.
 */
final class Output {
  /** Most segments in one go, so that other connections get their turn. */
  private static final int BATCH = 64;

  /** What lower layers and headers add to a segment on the air. */
  private static final int SEGMENT_OVERHEAD_BYTES = 126;

  private enum Decision {
    NOTHING,
    SYN,
    RETRANSMIT,
    COPY,
    NEW_DATA,
    PROBE,
    ACK
  }

  private final Tcb tcb;
  private final Connection connection;
  private final Segment header = new Segment();
  private boolean retransmitForced;
  private boolean tailProbeWanted;
  private boolean redundancyWanted;
  private boolean synRepeatWanted;
  private boolean swsOverride;
  private boolean refused;
  private boolean probeWanted;
  private @Nullable SentSegment chosen;
  private int newDataBytes;
  private boolean newDataFin;

  Output(Tcb tcb, Connection connection) {
    this.tcb = tcb;
    this.connection = connection;
  }

  // What others ask for.

  void repeatSyn(long nowNs) {
    SentSegment first = tcb.scoreboard.first();
    if (first == null || !first.syn) {
      return;
    }
    // Not more often than the pace of the peer's own repetitions suggests.
    if (nowNs - first.xmitNs >= tcb.engine.rtoMinNs() / 5) {
      synRepeatWanted = true;
    }
  }

  void forceRetransmit() {
    retransmitForced = true;
  }

  void probeTail() {
    tailProbeWanted = true;
  }

  /** The last segment is to be sent once more although nothing says that it was lost. */
  void copyTail() {
    redundancyWanted = true;
  }

  /** The window is closed, or was too small for long enough (RFC 9293 section 3.8.6.2.1). */
  void probeWindow() {
    if (tcb.sndWnd > 0 && tcb.scoreboard.packetsOut() == 0) {
      swsOverride = true;
    } else {
      probeWanted = true;
    }
  }

  void probeIdle() {
    probeWanted = true;
  }

  /**
   * Sends until there is nothing left, or the sink refuses.
   *
   * @return true if it is to be called again once the sink accepts more
   */
  boolean transmit(long nowNs, SegmentSink sink, ByteBuffer scratch) {
    refused = false;
    for (int i = 0; i < BATCH; i++) {
      Decision decision = decide(nowNs);
      if (decision == Decision.NOTHING) {
        return false;
      }
      if (!send(decision, nowNs, sink, scratch)) {
        refused = true;
        return true;
      }
    }
    return true;
  }

  /** Says whether the sink refused the last segment. */
  boolean wasRefused() {
    return refused;
  }

  // The decision.

  private Decision decide(long nowNs) {
    if (tcb.state == TcpState.CLOSED || !tcb.accepted) {
      return Decision.NOTHING;
    }
    if (tcb.sndNxt == tcb.iss) {
      return Decision.SYN;
    }
    if (synRepeatWanted) {
      SentSegment first = tcb.scoreboard.first();
      if (first != null && first.syn) {
        chosen = first;
        return first.lost && !first.retransInFlight ? Decision.RETRANSMIT : Decision.COPY;
      }
      synRepeatWanted = false;
    }
    Decision repair = decideRetransmission(nowNs);
    if (repair != Decision.NOTHING) {
      return repair;
    }
    if (redundancyWanted && chooseRedundant(nowNs)) {
      return Decision.COPY;
    }
    if (probeWanted) {
      return Decision.PROBE;
    }
    if (decideNewData(nowNs)) {
      return Decision.NEW_DATA;
    }
    return tcb.ackNow && tcb.state != TcpState.SYN_SENT ? Decision.ACK : Decision.NOTHING;
  }

  private Decision decideRetransmission(long nowNs) {
    SentSegment lost = tcb.scoreboard.nextLost();
    if (lost != null) {
      if (retransmitForced || (mayBeInFlight(lost.length()) && isReleased(nowNs))) {
        chosen = lost;
        return Decision.RETRANSMIT;
      }
      return Decision.NOTHING;
    }
    retransmitForced = false;
    if (tailProbeWanted) {
      // RFC 8985 section 7.3: new data if there is some, else the last segment once more.
      if (newData(true)) {
        return Decision.NEW_DATA;
      }
      chosen = lastUnsacked();
      if (chosen != null) {
        return Decision.COPY;
      }
      tailProbeWanted = false;
    }
    return Decision.NOTHING;
  }

  private boolean chooseRedundant(long nowNs) {
    SentSegment last = lastUnsacked();
    int copies = tcb.path.redundantCopies();
    if (last == null
        || last.lost
        || last.copies >= copies
        || !tcb.path.takeRedundancy(nowNs, last.length() + SEGMENT_OVERHEAD_BYTES)) {
      redundancyWanted = false;
      return false;
    }
    chosen = last;
    return true;
  }

  private @Nullable SentSegment lastUnsacked() {
    for (int i = tcb.scoreboard.packetsOut() - 1; i >= 0; i--) {
      SentSegment segment = tcb.scoreboard.at(i);
      if (!segment.sacked) {
        return segment;
      }
    }
    return null;
  }

  private boolean mayBeInFlight(int bytes) {
    long inFlight = tcb.scoreboard.bytesInFlight();
    return inFlight == 0 || inFlight + bytes <= connection.acks.windowBytes();
  }

  /** Asks the pacer, and sets its timer if the answer is later. */
  private boolean isReleased(long nowNs) {
    long release = tcb.pacer.releaseNs(nowNs);
    if (release - nowNs <= 0) {
      return true;
    }
    tcb.timers.set(TimerKind.PACING, release);
    return false;
  }

  private boolean decideNewData(long nowNs) {
    if (tcb.scoreboard.nextLost() != null || !newData(false)) {
      return false;
    }
    int length = newDataBytes + (newDataFin ? 1 : 0);
    return mayBeInFlight(length) && isReleased(nowNs);
  }

  /** Works out the next new segment (RFC 9293 section 3.8.6.2.1): its data, and whether FIN. */
  private boolean newData(boolean forced) {
    if (!maySendData()) {
      return false;
    }
    int unsent = tcb.unsentBytes();
    boolean fin = tcb.finQueued && !tcb.finSent && tcb.state != TcpState.SYN_RECEIVED;
    if (unsent == 0) {
      newDataBytes = 0;
      newDataFin = fin;
      return fin;
    }
    int window = tcb.sndUna + tcb.sndWnd - tcb.sndNxt;
    int mss = tcb.sendMss() - sackOptionBytes();
    int length = Math.min(Math.min(unsent, mss), Math.max(window, 0));
    newDataBytes = length;
    newDataFin = fin && length == unsent;
    if (length == 0) {
      return false;
    }
    if (forced || swsOverride || length == mss || length * 2 >= tcb.maxSndWnd) {
      return true;
    }
    if (length < unsent) {
      // A window too small to be worth a segment: wait for it, but not for ever.
      return false;
    }
    // Nagle (RFC 9293 section 3.7.4): one small segment in flight at most.
    return tcb.noDelay || newDataFin || tcb.scoreboard.packetsOut() == 0;
  }

  private boolean maySendData() {
    return switch (tcb.state) {
      case SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> true;
      case FIN_WAIT_1, LAST_ACK, CLOSING -> false;
      case LISTEN, SYN_SENT, FIN_WAIT_2, TIME_WAIT, CLOSED -> false;
    };
  }

  private int sackOptionBytes() {
    return tcb.sackOk && tcb.rcv.hasSack() ? 28 : 0;
  }

  // Sending.

  private boolean send(Decision decision, long nowNs, SegmentSink sink, ByteBuffer scratch) {
    boolean sent =
        switch (decision) {
          case SYN -> sendSyn(nowNs, sink, scratch);
          case RETRANSMIT -> sendAgain(nowNs, sink, scratch, false);
          case COPY -> sendAgain(nowNs, sink, scratch, true);
          case NEW_DATA -> sendNewData(nowNs, sink, scratch);
          case PROBE -> sendProbe(nowNs, sink, scratch);
          case ACK -> sendAck(nowNs, sink, scratch);
          case NOTHING -> true;
        };
    if (sent) {
      tcb.segmentsSent++;
    }
    return sent;
  }

  private boolean sendSyn(long nowNs, SegmentSink sink, ByteBuffer scratch) {
    int length = Math.min(tcb.unsentBytes(), synDataRoom());
    begin(nowNs, tcb.iss, Segment.SYN);
    if (!offer(tcb.iss + 1, length, sink, scratch)) {
      return false;
    }
    tcb.sndNxt = tcb.iss + 1 + length;
    track(nowNs, tcb.scoreboard.append(tcb.iss, tcb.sndNxt, true, false), true);
    return true;
  }

  /**
   * Data that may ride with this SYN. A SYN-ACK carries some only if the SYN did: a peer that does
   * not know of it leaves such data aside.
   */
  private int synDataRoom() {
    if (tcb.state == TcpState.SYN_SENT) {
      return firstFlight();
    }
    boolean synHadData = tcb.passive && tcb.bytesReceived > 0;
    return synHadData
        ? Math.max(0, Math.min(Math.min(firstFlight(), tcb.sendMss() - 12), tcb.sndWnd))
        : 0;
  }

  /** Data that may ride with a SYN: one segment, whose options take the most room there is. */
  private int firstFlight() {
    return tcb.path.maxSegmentBytes() - SegmentCodec.HEADER_BYTES - 24;
  }

  private boolean sendNewData(long nowNs, SegmentSink sink, ByteBuffer scratch) {
    int seq = tcb.sndNxt;
    int length = newDataBytes;
    boolean fin = newDataFin;
    boolean last = length == tcb.unsentBytes();
    begin(nowNs, seq, (last && length > 0 ? Segment.PSH : 0) | (fin ? Segment.FIN : 0));
    if (!offer(seq, length, sink, scratch)) {
      return false;
    }
    tcb.sndNxt = seq + length + (fin ? 1 : 0);
    swsOverride = false;
    boolean idle = tcb.scoreboard.packetsOut() == 0;
    if (idle) {
      tcb.progressNs = nowNs;
    }
    track(nowNs, tcb.scoreboard.append(seq, tcb.sndNxt, false, fin), idle);
    if (fin) {
      tcb.finSent = true;
      tcb.state = tcb.state == TcpState.CLOSE_WAIT ? TcpState.LAST_ACK : TcpState.FIN_WAIT_1;
    }
    if (tailProbeWanted) {
      tailProbeWanted = false;
      connection.acks.onProbeSent();
      connection.timeouts.armRetransmission(nowNs);
    }
    if (last) {
      tcb.deliveryRate.onAppLimited(tcb.scoreboard.bytesInFlight());
    }
    return true;
  }

  private void track(long nowNs, SentSegment segment, boolean idle) {
    tcb.deliveryRate.onSent(segment, nowNs, idle);
    segment.xmitNs = nowNs;
    segment.xmitTsVal = tcb.tsVal(nowNs);
    onTracked(nowNs, segment);
  }

  private void onTracked(long nowNs, SentSegment segment) {
    tcb.cc.onSent(nowNs, tcb.scoreboard.bytesInFlight());
    tcb.pacer.onSent(nowNs, segment.length());
    connection.acks.onSent(segment.length());
    connection.timeouts.armRetransmission(nowNs);
    connection.timeouts.armLiveness(nowNs);
    tcb.path.onSent(segment.length());
    if (tcb.unsentBytes() == 0) {
      connection.timeouts.armRedundancy(nowNs);
    }
  }

  private boolean sendAgain(long nowNs, SegmentSink sink, ByteBuffer scratch, boolean copy) {
    SentSegment segment = chosen;
    if (segment == null) {
      throw new IllegalStateException("nothing was chosen to be sent again");
    }
    int room = segment.syn ? firstFlight() : tcb.sendMss();
    if (segment.dataLength() > room) {
      if (!segment.lost || segment.retransInFlight) {
        tcb.scoreboard.markLost(segment);
      }
      tcb.scoreboard.split(segment, segment.seq + (segment.syn ? 1 : 0) + room);
    }
    int flags = (segment.syn ? Segment.SYN : 0) | (segment.fin ? Segment.FIN : 0);
    begin(nowNs, segment.seq, flags | (segment.dataLength() > 0 ? Segment.PSH : 0));
    int dataSeq = segment.seq + (segment.syn ? 1 : 0);
    if (!offer(dataSeq, segment.dataLength(), sink, scratch)) {
      return false;
    }
    boolean idle = tcb.scoreboard.packetsInFlight() == 0;
    tcb.scoreboard.onRetransmitted(segment);
    tcb.segmentsRetransmitted++;
    tcb.deliveryRate.onSent(segment, nowNs, idle);
    segment.xmitNs = nowNs;
    segment.xmitTsVal = tcb.tsVal(nowNs);
    chosen = null;
    if (copy && !tailProbeWanted && !synRepeatWanted) {
      // Redundancy leaves the clocks alone: they run from the first transmission.
      redundancyWanted = false;
      connection.timeouts.armRedundancy(nowNs);
      return true;
    }
    if (copy && tailProbeWanted) {
      connection.acks.onProbeSent();
    }
    tailProbeWanted = false;
    synRepeatWanted = false;
    retransmitForced = false;
    onTracked(nowNs, segment);
    return true;
  }

  /**
   * A segment below the window, which the peer must answer. RFC 9293 section 3.8.6.1 sends an octet
   * of new data; an old sequence number has the same effect and never lies beyond the window.
   */
  private boolean sendProbe(long nowNs, SegmentSink sink, ByteBuffer scratch) {
    begin(nowNs, tcb.sndUna - 1, 0);
    if (!offer(tcb.sndUna - 1, 0, sink, scratch)) {
      return false;
    }
    probeWanted = false;
    if (tcb.sndWnd == 0 || tcb.unsentBytes() > 0) {
      connection.timeouts.armPersist(nowNs);
      connection.timeouts.armLiveness(nowNs);
    }
    return true;
  }

  private boolean sendAck(long nowNs, SegmentSink sink, ByteBuffer scratch) {
    begin(nowNs, tcb.sndNxt, 0);
    return offer(tcb.sndNxt, 0, sink, scratch);
  }

  /** Fills in what every segment of the connection carries. */
  private void begin(long nowNs, int seq, int flags) {
    Segment out = header;
    out.clear();
    out.sourcePort = tcb.key.localPort();
    out.destinationPort = tcb.key.remotePort();
    out.seq = seq;
    out.flags = flags;
    boolean syn = (flags & Segment.SYN) != 0;
    if (tcb.state != TcpState.SYN_SENT) {
      out.flags |= Segment.ACK;
      out.ack = tcb.rcvNxt();
    }
    boolean opening = tcb.state == TcpState.SYN_SENT;
    if (tcb.tsOk || opening) {
      out.hasTimestamps = true;
      out.tsVal = tcb.tsVal(nowNs);
      out.tsEcr = opening ? 0 : tcb.tsRecent;
    }
    int window = tcb.rcv.window();
    if (syn) {
      out.mss = tcb.receiveMss();
      out.sackPermitted = opening || tcb.sackOk;
      out.windowScale =
          opening || tcb.sndWndScale > 0 || tcb.rcvWndScale > 0 ? tcb.rcvWndScale : -1;
      out.window = Math.min(window, 0xFFFF);
    } else {
      int unit = (1 << tcb.rcvWndScale) - 1;
      out.window = Math.min((window + unit) >>> tcb.rcvWndScale, 0xFFFF);
      if (tcb.sackOk && tcb.rcv.hasSack()) {
        tcb.rcv.fillSack(out);
      }
    }
  }

  /** Encodes and offers; notes what the segment acknowledged and offered once it is accepted. */
  private boolean offer(int dataSeq, int dataLength, SegmentSink sink, ByteBuffer scratch) {
    boolean wantsSack = header.sackCount > 0;
    if (wantsSack) {
      int room =
          tcb.path.maxSegmentBytes()
              - dataLength
              - SegmentCodec.HEADER_BYTES
              - 4
              - (tcb.tsOk ? SegmentCodec.TIMESTAMP_BYTES : 0);
      header.sackCount = Math.max(0, Math.min(header.sackCount, room / 8));
    }
    SegmentCodec.emitHeader(header, scratch);
    if (dataLength > 0) {
      tcb.sendBuffer.copy(dataSeq, dataLength, scratch);
    }
    SegmentCodec.finish(scratch, tcb.local, tcb.key.peer());
    if (!sink.offer(tcb.key.peer(), scratch)) {
      return false;
    }
    if (header.has(Segment.ACK)) {
      int scale = header.has(Segment.SYN) ? 0 : tcb.rcvWndScale;
      tcb.rcv.onAdvertised(header.window << scale);
      tcb.lastAckSent = SeqNum.max(tcb.lastAckSent, header.ack);
      if (!wantsSack || header.sackCount > 0) {
        tcb.ackNow = false;
        tcb.rcv.onSackSent();
        tcb.unacknowledgedArrivals = 0;
        tcb.timers.stop(TimerKind.DELAYED_ACK);
      }
    }
    return true;
  }

  /** After transmission: a window that holds data back is probed in time. */
  void watchWindow(long nowNs) {
    if (tcb.isSynchronized()
        && tcb.scoreboard.packetsOut() == 0
        && tcb.unsentBytes() > 0
        && maySendData()) {
      connection.timeouts.armPersist(nowNs);
      connection.timeouts.armLiveness(nowNs);
    }
  }
}

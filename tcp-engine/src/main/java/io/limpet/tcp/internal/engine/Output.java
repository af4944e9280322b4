package io.limpet.tcp.internal.engine;

import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.snd.SentSegment;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import io.limpet.tcp.internal.wire.SeqNum;
import org.jspecify.annotations.Nullable;

/**
 * What to send next: one decision, taken again until there is nothing to send. The state changes
 * only once the sink has accepted a segment; when the pacer holds one back, its timer says until
 * when.
 */
final class Output {
  /** Most segments in one go, so that other connections get their turn. */
  private static final int BATCH = 64;

  /** Segments that must follow a probe of their size, to show its loss. */
  private static final int FOLLOWERS = 3;

  /** What lower layers and headers add to a segment on the air. */
  private static final int SEGMENT_OVERHEAD_BYTES = 126;

  private enum Decision {
    NOTHING,
    SYN,
    RETRANSMIT,
    COPY,
    NEW_DATA,
    WINDOW_PROBE,
    IDLE_PROBE,
    ACK
  }

  private final Tcb tcb;
  private final Connection connection;
  private final SegmentWriter writer;
  private boolean retransmitForced;
  private boolean tailProbeWanted;
  private boolean redundancyWanted;
  private boolean synRepeatWanted;
  private boolean swsOverride;
  private boolean refused;
  private boolean windowProbeWanted;
  private boolean idleProbeWanted;
  private @Nullable SentSegment chosen;
  private int newDataBytes;
  private boolean newDataProbes;
  private boolean newDataFin;

  Output(Tcb tcb, Connection connection) {
    this.tcb = tcb;
    this.connection = connection;
    this.writer = new SegmentWriter(tcb, connection.host.workspace());
  }

  // What others ask for.

  /** The SYN goes out again, as a SYN-ACK: the peer's crossed it. */
  void answerSyn() {
    synRepeatWanted = true;
  }

  /** The peer has not heard our SYN-ACK, it seems. */
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
    if (tcb.isPersisting()) {
      windowProbeWanted = true;
    } else {
      swsOverride = true;
    }
  }

  void probeIdle() {
    idleProbeWanted = true;
  }

  /**
   * Sends until there is nothing left, or the sink refuses.
   *
   * @return true if it is to be called again once the sink accepts more
   */
  boolean transmit(long nowNs, SegmentSink sink) {
    refused = false;
    for (int i = 0; i < BATCH; i++) {
      Decision decision = decide(nowNs);
      if (decision == Decision.NOTHING) {
        if (tcb.unsentBytes() == 0 && mayBeInFlight(tcb.sendMss())) {
          connection.onBufferLimited();
        }
        return false;
      }
      if (!send(decision, nowNs, sink)) {
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
    if (tcb.isPersisting()) {
      if (windowProbeWanted) {
        return Decision.WINDOW_PROBE;
      }
    } else {
      Decision repair = decideRetransmission(nowNs);
      if (repair != Decision.NOTHING) {
        return repair;
      }
      if (redundancyWanted && chooseRedundant(nowNs)) {
        return Decision.COPY;
      }
    }
    if (idleProbeWanted) {
      return Decision.IDLE_PROBE;
    }
    if (decideNewData(nowNs)) {
      return Decision.NEW_DATA;
    }
    return tcb.ackNow && tcb.state != TcpState.SYN_SENT ? Decision.ACK : Decision.NOTHING;
  }

  private Decision decideRetransmission(long nowNs) {
    SentSegment lost = tcb.scoreboard.nextLost();
    if (lost != null) {
      boolean held = connection.acks.recovery.holdsRepair() || !mayBeInFlight(lost.length());
      if (retransmitForced || (!held && isReleased(nowNs))) {
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
    return inFlight == 0 || inFlight + bytes <= connection.acks.recovery.windowBytes();
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
    boolean judging = connection.acks.recovery.wantsNewData();
    if ((tcb.scoreboard.nextLost() != null && !judging) || !newData(false)) {
      return false;
    }
    chooseSizeProbe(nowNs);
    int length = newDataBytes + (newDataFin ? 1 : 0);
    return (judging || mayBeInFlight(length)) && isReleased(nowNs);
  }

  /**
   * Makes the next segment a larger one, to find out whether that passes, while nothing is being
   * repaired and enough follows to show its loss (RFC 8899, RFC 4821 section 7.4).
   */
  private void chooseSizeProbe(long nowNs) {
    int length = tcb.probeDataBytes(nowNs) - optionBytes();
    int window = tcb.sndUna + tcb.sndWnd - tcb.sndNxt;
    int wanted = length + FOLLOWERS * tcb.sendMss();
    if (length > newDataBytes
        && wanted <= Math.min(tcb.unsentBytes(), window)
        && connection.acks.recovery.isOpen()
        && mayBeInFlight(wanted)) {
      newDataBytes = length;
      newDataFin = false;
      newDataProbes = true;
    }
  }

  /** Works out the next new segment (RFC 9293 section 3.8.6.2.1): its data, and whether FIN. */
  private boolean newData(boolean forced) {
    newDataProbes = false;
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
    int mss = tcb.sendMss() - optionBytes();
    int length = Math.min(Math.min(unsent, mss), Math.max(window, 0));
    newDataBytes = length;
    newDataFin = fin && length == unsent;
    if (length == 0) {
      return false;
    }
    if (forced || swsOverride || length == mss) {
      return true;
    }
    // Nagle (RFC 9293 section 3.7.4): one small segment in flight at most.
    boolean nagle = !tcb.noDelay && !newDataFin && tcb.scoreboard.packetsOut() > 0;
    // A window too small to be worth a segment: wait for it, but not for ever.
    return !nagle && (length == unsent || length * 2L >= tcb.maxSndWnd);
  }

  private boolean maySendData() {
    return switch (tcb.state) {
      case SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> true;
      case FIN_WAIT_1, LAST_ACK, CLOSING -> false;
      case LISTEN, SYN_SENT, FIN_WAIT_2, TIME_WAIT, CLOSED -> false;
    };
  }

  /** Bytes of options that data segments carry now and not always. */
  private int optionBytes() {
    int sack = tcb.sackOk && tcb.rcv.hasSack() ? 28 : 0;
    return sack + (tcb.userTimeout.advertisedSeconds(false) > 0 ? 4 : 0);
  }

  // Sending.

  private boolean send(Decision decision, long nowNs, SegmentSink sink) {
    boolean sent =
        switch (decision) {
          case SYN -> sendSyn(nowNs, sink);
          case RETRANSMIT -> sendAgain(nowNs, sink, false);
          case COPY -> sendAgain(nowNs, sink, true);
          case NEW_DATA -> sendNewData(nowNs, sink);
          case WINDOW_PROBE -> sendWindowProbe(nowNs, sink);
          case IDLE_PROBE -> sendIdleProbe(nowNs, sink);
          case ACK -> sendAck(nowNs, sink);
          case NOTHING -> true;
        };
    if (sent) {
      tcb.segmentsSent++;
    }
    return sent;
  }

  private boolean sendSyn(long nowNs, SegmentSink sink) {
    int length = tcb.state == TcpState.SYN_SENT ? Math.min(tcb.unsentBytes(), firstFlight()) : 0;
    writer.begin(nowNs, tcb.iss, Segment.SYN);
    if (!writer.offer(tcb.iss + 1, length, sink)) {
      return false;
    }
    tcb.sndNxt = tcb.iss + 1 + length;
    tcb.sndMax = tcb.sndNxt;
    track(nowNs, tcb.scoreboard.append(tcb.iss, tcb.sndNxt, true, false), true);
    return true;
  }

  /** Data that may ride with a SYN: one segment, whose options take the most room there is. */
  private int firstFlight() {
    return tcb.path.maxSegmentBytes() - SegmentCodec.HEADER_BYTES - 24;
  }

  private boolean sendNewData(long nowNs, SegmentSink sink) {
    int seq = tcb.sndNxt;
    int length = newDataBytes;
    boolean fin = newDataFin;
    boolean last = length == tcb.unsentBytes();
    writer.begin(nowNs, seq, (last && length > 0 ? Segment.PSH : 0) | (fin ? Segment.FIN : 0));
    if (!writer.offer(seq, length, sink)) {
      return false;
    }
    tcb.sndNxt = seq + length + (fin ? 1 : 0);
    tcb.sndMax = SeqNum.max(tcb.sndMax, tcb.sndNxt);
    swsOverride = false;
    connection.acks.recovery.onNewSegment();
    boolean idle = tcb.scoreboard.packetsOut() == 0;
    if (idle) {
      tcb.progressNs = nowNs;
    }
    SentSegment segment = tcb.scoreboard.append(seq, tcb.sndNxt, false, fin);
    if (newDataProbes) {
      segment.sizeProbe = true;
      tcb.sizeProbeOut = true;
      tcb.path.mtu.onProbeSent(tcb.segmentBytes(length));
    }
    track(nowNs, segment, idle);
    if (fin) {
      tcb.finSent = true;
      tcb.state = tcb.state == TcpState.CLOSE_WAIT ? TcpState.LAST_ACK : TcpState.FIN_WAIT_1;
    }
    if (tailProbeWanted) {
      tailProbeWanted = false;
      connection.acks.onProbeSent(false);
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
    connection.acks.recovery.onSent(segment.length());
    connection.timeouts.armRetransmission(nowNs);
    connection.timeouts.armLiveness(nowNs);
    tcb.path.onSent(segment.length());
    if (tcb.unsentBytes() == 0) {
      connection.timeouts.armRedundancy(nowNs);
    }
  }

  private boolean sendAgain(long nowNs, SegmentSink sink, boolean copy) {
    SentSegment segment = chosen;
    if (segment == null) {
      throw new IllegalStateException("nothing was chosen to be sent again");
    }
    int room = segment.syn ? firstFlight() : tcb.sendMss();
    if (segment.dataLength() > room) {
      connection.acks.onSizeProbeLost(nowNs, segment);
      if (!segment.lost || segment.retransInFlight) {
        tcb.scoreboard.markLost(segment);
      }
      tcb.scoreboard.split(segment, segment.seq + (segment.syn ? 1 : 0) + room);
    }
    int flags = (segment.syn ? Segment.SYN : 0) | (segment.fin ? Segment.FIN : 0);
    boolean last = segment.endSeq == tcb.sndNxt && tcb.unsentBytes() == 0;
    writer.begin(nowNs, segment.seq, flags | (last && segment.dataLength() > 0 ? Segment.PSH : 0));
    int dataSeq = segment.seq + (segment.syn ? 1 : 0);
    if (!writer.offer(dataSeq, segment.dataLength(), sink)) {
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
      connection.acks.onProbeSent(true);
    }
    tailProbeWanted = false;
    synRepeatWanted = false;
    retransmitForced = false;
    onTracked(nowNs, segment);
    return true;
  }

  /**
   * RFC 9293 section 3.8.6.1: one octet beyond the closed window, new if all before it is
   * acknowledged. SND.NXT stays, so that the octet goes out again with the rest once the window has
   * opened, unless the peer has acknowledged it by then.
   */
  private boolean sendWindowProbe(long nowNs, SegmentSink sink) {
    writer.begin(nowNs, tcb.sndUna, 0);
    if (!writer.offer(tcb.sndUna, 1, sink)) {
      return false;
    }
    windowProbeWanted = false;
    tcb.sndMax = SeqNum.max(tcb.sndMax, tcb.sndUna + 1);
    connection.timeouts.armPersist(nowNs);
    connection.timeouts.armLiveness(nowNs);
    return true;
  }

  /**
   * RFC 9293 section 3.8.4: a segment below the window and without data, which must be answered.
   */
  private boolean sendIdleProbe(long nowNs, SegmentSink sink) {
    writer.begin(nowNs, tcb.sndNxt - 1, 0);
    if (!writer.offer(tcb.sndNxt - 1, 0, sink)) {
      return false;
    }
    idleProbeWanted = false;
    return true;
  }

  private boolean sendAck(long nowNs, SegmentSink sink) {
    writer.begin(nowNs, tcb.sndNxt, 0);
    return writer.offer(tcb.sndNxt, 0, sink);
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

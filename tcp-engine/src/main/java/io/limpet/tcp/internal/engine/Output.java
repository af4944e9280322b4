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

  /** What lower layers and headers add to a segment on the air. */
  private static final int SEGMENT_OVERHEAD_BYTES = 126;

  /** Segments in flight up to which a connection with hardly anything to send does not queue. */
  private static final int SPARSE_SEGMENTS = 2;

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
  private boolean redundant;
  private boolean synRepeatWanted;
  private boolean refused;
  private boolean windowProbeWanted;
  private boolean idleProbeWanted;
  private @Nullable SentSegment chosen;
  private final Bundle bundle;
  private final NewData next;

  Output(Tcb tcb, Connection connection) {
    this.tcb = tcb;
    this.connection = connection;
    this.bundle = new Bundle(tcb);
    this.next = new NewData(tcb);
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
      next.overrideSmallWindow();
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
      redundant = false;
      Decision decision = decide(nowNs);
      if (decision == Decision.NOTHING) {
        if (tcb.unsentBytes() == 0 && tcb.control.hasRoom(tcb.sendMss(), windowBytes())) {
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
    if (lost != null && tcb.state == TcpState.SYN_SENT && !lost.syn) {
      // A SYN that was cut down to size: nobody would take the rest of it yet.
      return Decision.NOTHING;
    }
    if (lost != null) {
      boolean held = connection.acks.recovery.holdsRepair();
      if (retransmitForced || (!held && (isSparse() || isAdmitted(nowNs, lost.length())))) {
        chosen = lost;
        return Decision.RETRANSMIT;
      }
      return Decision.NOTHING;
    }
    retransmitForced = false;
    if (tailProbeWanted) {
      // RFC 8985 section 7.3: new data if there is some, else the last segment once more.
      if (next.choose(true)) {
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
    redundancyWanted = false;
    SentSegment last = lastUnsacked();
    if (last == null
        || last.lost
        || !connection.tail.takeCopy(nowNs, last.length() + SEGMENT_OVERHEAD_BYTES)) {
      return false;
    }
    chosen = last;
    redundant = true;
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

  private long windowBytes() {
    return connection.acks.recovery.windowBytes();
  }

  private boolean isAdmitted(long nowNs, int bytes) {
    return tcb.control.admits(nowNs, connection, bytes, windowBytes());
  }

  /**
   * Says whether so little is there to send that it need not wait behind those who have much. Its
   * bytes count all the same, so that the others make room for them.
   */
  private boolean isSparse() {
    return !tcb.control.cc.isLossBased()
        && tcb.scoreboard.packetsOut() <= SPARSE_SEGMENTS
        && tcb.unsentBytes() <= tcb.sendMss();
  }

  private boolean decideNewData(long nowNs) {
    boolean judging = connection.acks.recovery.wantsNewData();
    if ((tcb.scoreboard.nextLost() != null && !judging) || !next.choose(false)) {
      return false;
    }
    // Whoever obeys loss must not mistake a probe's for congestion.
    if (connection.acks.recovery.isOpen() || !tcb.control.cc.isLossBased()) {
      next.probeSize(nowNs, windowBytes());
    }
    long window = judging ? Long.MAX_VALUE : windowBytes();
    return isSparse() || tcb.control.admits(nowNs, connection, next.sequenceLength(), window);
  }

  // Sending.

  private boolean send(Decision decision, long nowNs, SegmentSink sink) {
    boolean sent =
        switch (decision) {
          case SYN -> sendSyn(nowNs, sink);
          case RETRANSMIT, COPY -> sendAgain(nowNs, sink);
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
    int length = Math.min(tcb.unsentBytes(), synDataRoom());
    writer.begin(nowNs, tcb.iss, Segment.SYN);
    if (!writer.offer(tcb.iss + 1, length, sink)) {
      return false;
    }
    tcb.sndNxt = tcb.iss + 1 + length;
    tcb.sndMax = tcb.sndNxt;
    track(nowNs, tcb.scoreboard.append(tcb.iss, tcb.sndNxt, true, false));
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
    return tcb.synDataTaken
        ? Math.max(0, Math.min(Math.min(firstFlight(), tcb.sendMss() - 12), tcb.sndWnd))
        : 0;
  }

  /** Data that may ride with a SYN: one segment, whose options take the most room there is. */
  private int firstFlight() {
    return tcb.path.maxSegmentBytes() - SegmentCodec.HEADER_BYTES - 24;
  }

  private boolean sendNewData(long nowNs, SegmentSink sink) {
    int seq = tcb.sndNxt;
    int length = next.bytes();
    boolean fin = next.isFin();
    boolean last = length == tcb.unsentBytes();
    int bundled = connection.tail.mayBundle() ? bundle.bytesBefore(seq, tcb.sendMss() - length) : 0;
    int from = seq - bundled;
    writer.begin(nowNs, from, (last && length > 0 ? Segment.PSH : 0) | (fin ? Segment.FIN : 0));
    if (!writer.offer(from, bundled + length, sink)) {
      return false;
    }
    sentAgain(nowNs, from, seq);
    tcb.sndNxt = seq + length + (fin ? 1 : 0);
    tcb.sndMax = SeqNum.max(tcb.sndMax, tcb.sndNxt);
    connection.acks.recovery.onNewSegment();
    if (tcb.scoreboard.packetsOut() == 0) {
      tcb.progressNs = nowNs;
    }
    SentSegment segment = tcb.scoreboard.append(seq, tcb.sndNxt, false, fin);
    next.onSent(segment);
    track(nowNs, segment);
    if (fin) {
      tcb.finSent = true;
      tcb.enter(nowNs, tcb.state == TcpState.CLOSE_WAIT ? TcpState.LAST_ACK : TcpState.FIN_WAIT_1);
    }
    if (tailProbeWanted) {
      tailProbeWanted = false;
      connection.tail.onProbeSent(nowNs);
      connection.acks.onProbeSent(false);
      connection.timeouts.restartRetransmission(nowNs);
    }
    if (last && !tcb.control.isAnybodyWaiting()) {
      tcb.control.deliveryRate.onAppLimited(tcb.control.flight.bytes());
    }
    return true;
  }

  /** What lies between two sequence numbers went out once more. */
  private void sentAgain(long nowNs, int from, int to) {
    if (from == to) {
      return;
    }
    for (int i = tcb.scoreboard.indexOf(from); i < tcb.scoreboard.packetsOut(); i++) {
      SentSegment segment = tcb.scoreboard.at(i);
      if (SeqNum.ge(segment.seq, to)) {
        return;
      }
      tcb.scoreboard.onRetransmitted(segment);
      tcb.control.stamp(nowNs, segment);
      segment.xmitNs = nowNs;
      segment.xmitTsVal = tcb.tsVal(nowNs);
    }
  }

  private void track(long nowNs, SentSegment segment) {
    tcb.control.stamp(nowNs, segment);
    segment.xmitNs = nowNs;
    segment.xmitTsVal = tcb.tsVal(nowNs);
    segment.firstXmitNs = nowNs;
    segment.firstXmitTsVal = segment.xmitTsVal;
    onTracked(nowNs, segment.length());
    if (tcb.unsentBytes() == 0) {
      connection.tail.onTailSent(nowNs);
    }
  }

  private void onTracked(long nowNs, int bytes) {
    tcb.control.onSent(nowNs, connection, bytes);
    connection.acks.recovery.onSent(bytes);
    connection.timeouts.armRetransmission(nowNs);
    connection.timeouts.armLiveness(nowNs);
  }

  private boolean sendAgain(long nowNs, SegmentSink sink) {
    SentSegment segment = chosen;
    if (segment == null) {
      throw new IllegalStateException("nothing was chosen to be sent again");
    }
    fit(nowNs, segment);
    chooseBundle(segment);
    boolean last = bundle.endSeq() == tcb.sndNxt && tcb.unsentBytes() == 0;
    int push = last && bundle.dataLength() > 0 ? Segment.PSH : 0;
    writer.begin(nowNs, bundle.seq(), bundle.flags() | push);
    if (!writer.offer(bundle.dataSeq(), bundle.dataLength(), sink)) {
      return false;
    }
    chosen = null;
    sentAgain(nowNs, bundle.seq(), bundle.endSeq());
    tcb.segmentsRetransmitted++;
    sink.resent(connection, bundle.seq(), bundle.dataLength(), why(segment));
    if (redundant) {
      // Redundancy leaves the clocks alone: they run from the first transmission.
      connection.tail.onCopySent(nowNs);
      tcb.control.onSent(nowNs, connection, segment.length());
      return true;
    }
    boolean probe = tailProbeWanted;
    boolean answer = synRepeatWanted;
    if (probe) {
      segment.probedNs = segment.probed ? segment.probedNs : nowNs;
      segment.probed = true;
      connection.tail.onProbeSent(nowNs);
      connection.acks.onProbeSent(true);
    } else if (tcb.unsentBytes() == 0 && tcb.scoreboard.nextLost() == null) {
      connection.tail.onTailSent(nowNs);
    }
    tailProbeWanted = false;
    synRepeatWanted = false;
    retransmitForced = false;
    onTracked(nowNs, segment.length());
    // The peer's clock repeats its SYN; our own has to tell what no repetition helps against.
    if (probe || (segment == tcb.scoreboard.first() && !answer)) {
      connection.timeouts.restartRetransmission(nowNs);
    }
    return true;
  }

  private Resend why(SentSegment segment) {
    if (redundant) {
      return Resend.COPY;
    }
    if (tailProbeWanted) {
      return Resend.TAIL_PROBE;
    }
    return segment.syn ? Resend.SYN : Resend.LOST;
  }

  /** Segments may have become smaller since it was sent first. */
  private void fit(long nowNs, SentSegment segment) {
    int room = segment.syn ? firstFlight() : tcb.sendMss();
    if (segment.dataLength() > room) {
      connection.acks.onSizeProbeLost(nowNs, segment);
      if (!segment.lost || segment.retransInFlight) {
        tcb.scoreboard.markLost(segment);
      }
      tcb.scoreboard.split(segment, segment.seq + (segment.syn ? 1 : 0) + room);
    }
  }

  private void chooseBundle(SentSegment segment) {
    SentSegment first = tcb.scoreboard.first();
    // What is never answered may be too large: then the SYN is to arrive at least.
    boolean together = tcb.synDataTaken && !connection.acks.hasTimedOutOften();
    if (first != null && first.syn && together) {
      bundle.withSyn(first, segment, firstFlight());
    } else if (!segment.lost && segment.endSeq == tcb.sndNxt && connection.tail.mayBundle()) {
      bundle.withEarlier(segment, tcb.sendMss());
    } else {
      bundle.only(segment);
    }
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
        && next.isAllowed()) {
      connection.timeouts.armPersist(nowNs);
      connection.timeouts.armLiveness(nowNs);
    }
  }
}

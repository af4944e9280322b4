package io.limpet.tcp.internal.engine;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.rcv.ReceiveBuffer.Arrival;
import io.limpet.tcp.internal.wire.ResetReason;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SeqNum;

/** SEGMENT ARRIVES: RFC 9293 section 3.10.7, in its order, one method for each of its steps. */
final class SegmentArrival {
  /** RFC 7323 section 5.5: a timestamp this old proves nothing (24 days). */
  private static final long PAWS_IDLE_NS = 24L * 24 * 3600 * 1_000_000_000L;

  private static final int MAX_ECHO_MS = 10_000;
  private static final int QUICK_ACKS = 16;

  private final Tcb tcb;
  private final Connection connection;

  SegmentArrival(Tcb tcb, Connection connection) {
    this.tcb = tcb;
    this.connection = connection;
  }

  void arrives(long nowNs, Segment segment) {
    switch (tcb.state) {
      case CLOSED, LISTEN -> {
        // A connection object is never in LISTEN; what comes after CLOSED is the endpoint's.
      }
      case SYN_SENT -> connection.handshake.synSent(nowNs, segment);
      case SYN_RECEIVED -> {
        if (tcb.accepted) {
          if (!connection.handshake.isRepeatedSyn(nowNs, segment)) {
            otherStates(nowNs, segment);
          }
        } else {
          connection.handshake.waitingForApplication(nowNs, segment);
        }
      }
      case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT ->
          otherStates(nowNs, segment);
    }
  }

  // All other states: section 3.10.7.4.

  private void otherStates(long nowNs, Segment segment) {
    if (tcb.state == TcpState.SYN_RECEIVED
        && segment.has(Segment.SYN | Segment.ACK)
        && segment.seq == tcb.irs) {
      // Simultaneous open: the peer's SYN-ACK repeats its SYN and acknowledges ours.
      segment.trimFront(1);
    }
    if (isMissingTimestamp(segment)
        || isOldTimestamp(nowNs, segment)
        || !isAcceptable(nowNs, segment)) {
      return;
    }
    if (isReset(nowNs, segment) || isSyn(nowNs, segment) || !segment.has(Segment.ACK)) {
      return;
    }
    connection.peerHeard(nowNs);
    takeTimestamp(nowNs, segment);
    takeAdvice(segment);
    trimToWindow(segment);
    if (!acknowledges(nowNs, segment)) {
      return;
    }
    urgent(segment);
    text(nowNs, segment);
  }

  /** RFC 7323 section 3.2: once agreed on, timestamps are in every segment but RST. */
  private boolean isMissingTimestamp(Segment segment) {
    return tcb.tsOk && !segment.hasTimestamps && !segment.has(Segment.RST);
  }

  /** RFC 7323 section 5.3, R1: protection against wrapped sequence numbers. */
  private boolean isOldTimestamp(long nowNs, Segment segment) {
    if (!tcb.tsOk || !segment.hasTimestamps || segment.has(Segment.RST)) {
      return false;
    }
    if (nowNs - tcb.tsRecentAtNs >= PAWS_IDLE_NS) {
      tcb.tsRecent = segment.tsVal;
    }
    if (SeqNum.ge(segment.tsVal, tcb.tsRecent)) {
      return false;
    }
    if (SeqNum.le(segment.endSeq(), tcb.rcvNxt())) {
      // A late copy or a duplicate: its sender should hear about it, and may be alive.
      connection.peerHeard(nowNs);
      noteDuplicate(segment);
      tcb.ackNow = true;
    } else if (isLateInWindow(segment)) {
      return false;
    } else {
      challenge(nowNs);
    }
    return true;
  }

  /**
   * A segment within the window whose timestamp is older than TS.Recent by less than a second was
   * overtaken; PAWS guards against numbers that wrapped, which takes far longer on any radio.
   */
  private boolean isLateInWindow(Segment segment) {
    return tcb.tsRecent - segment.tsVal < 1_000
        && SeqNum.inWindow(segment.seq, tcb.rcvNxt(), tcb.rcv.acceptableWindow());
  }

  /** First, check the sequence number. */
  private boolean isAcceptable(long nowNs, Segment segment) {
    int window = tcb.rcv.acceptableWindow();
    int length = segment.length();
    int next = tcb.rcvNxt();
    boolean acceptable;
    if (length == 0) {
      acceptable = window == 0 ? segment.seq == next : SeqNum.inWindow(segment.seq, next, window);
    } else {
      acceptable =
          window > 0
              && (SeqNum.inWindow(segment.seq, next, window)
                  || SeqNum.inWindow(segment.endSeq() - 1, next, window));
    }
    // Section 3.10.7.4: valid ACKs and RSTs are taken even while the window is closed.
    if (!acceptable && window == 0 && segment.seq == next) {
      segment.trimBack(length);
      tcb.ackNow = length > 0 || tcb.ackNow;
      return true;
    }
    if (!acceptable && !segment.has(Segment.RST)) {
      onUnacceptable(nowNs, segment);
    }
    return acceptable;
  }

  private void onUnacceptable(long nowNs, Segment segment) {
    boolean old = SeqNum.le(segment.endSeq(), tcb.rcvNxt());
    if (old && SeqNum.gt(segment.seq, tcb.rcvNxt() - (1 << 30))) {
      connection.peerHeard(nowNs);
      if (segment.length() == 0) {
        // A probe, or a peer that is out of step: two such must not answer each other for ever.
        challenge(nowNs);
      } else {
        noteDuplicate(segment);
        // What was acknowledged just now with data, a copy of which is about to go out, is not
        // acknowledged a third time.
        tcb.ackNow |= !connection.tail.isCopying(nowNs);
      }
      if (tcb.state == TcpState.TIME_WAIT && segment.has(Segment.FIN)) {
        connection.enterTimeWait(nowNs);
        tcb.ackNow = true;
      }
      // What an old copy acknowledges is still true, and may be news.
      boolean says = segment.has(Segment.ACK) && !segment.has(Segment.SYN);
      if (says && tcb.isSynchronized()) {
        segment.trimBack(segment.length());
        acknowledges(nowNs, segment);
      }
    } else {
      challenge(nowNs);
    }
  }

  private void noteDuplicate(Segment segment) {
    // Whoever sends copies waits for no delayed acknowledgement.
    tcb.quickAcks = Math.max(tcb.quickAcks, QUICK_ACKS);
    if (tcb.sackOk && segment.payload.hasRemaining()) {
      tcb.rcv.noteDuplicate(segment.seq, segment.seq + segment.payload.remaining());
    }
  }

  /** Second, check the RST bit (RFC 5961 section 3.2). */
  private boolean isReset(long nowNs, Segment segment) {
    if (!segment.has(Segment.RST)) {
      return false;
    }
    if (segment.seq != tcb.rcvNxt()) {
      challenge(nowNs);
      return true;
    }
    ResetReason reason = ResetReason.read(segment.payload);
    switch (tcb.state) {
      case CLOSING, LAST_ACK, TIME_WAIT -> {
        // The peer may have all but our FIN, and forgotten us; or it may have lost what we wrote.
        boolean delivered = tcb.sendBuffer.size() == 0;
        connection.closed(delivered ? new CloseReason.Graceful() : new CloseReason.PeerReset());
      }
      case SYN_RECEIVED -> {
        // MUST-11: an active open was refused; a passive one returns to LISTEN, that is, is over.
        CloseReason refused = Handshake.refusal(reason);
        connection.closed(tcb.passive ? new CloseReason.PeerReset() : refused);
      }
      default ->
          connection.closed(
              reason == ResetReason.REPLACED
                  ? new CloseReason.Replaced()
                  : new CloseReason.PeerReset());
    }
    return true;
  }

  /** Fourth, check the SYN bit (RFC 5961 section 4.2). */
  private boolean isSyn(long nowNs, Segment segment) {
    if (!segment.has(Segment.SYN)) {
      return false;
    }
    challenge(nowNs);
    return true;
  }

  private void challenge(long nowNs) {
    if (tcb.challenges.take(nowNs)) {
      tcb.ackNow = true;
    }
  }

  /** RFC 7323 section 4.3. */
  private void takeTimestamp(long nowNs, Segment segment) {
    if (tcb.tsOk
        && segment.hasTimestamps
        && SeqNum.ge(segment.tsVal, tcb.tsRecent)
        && SeqNum.le(segment.seq, tcb.lastAckSent)) {
      tcb.tsRecent = segment.tsVal;
      tcb.tsRecentAtNs = nowNs;
    }
  }

  /** RFC 5482: what the peer says of its user timeout. */
  void takeAdvice(Segment segment) {
    if (segment.userTimeoutSeconds > 0) {
      tcb.userTimeout.onAdvice(segment.userTimeoutSeconds);
    }
  }

  /** Makes the segment begin at RCV.NXT or later and end within the window. */
  private void trimToWindow(Segment segment) {
    int before = tcb.rcvNxt() - segment.seq;
    if (before > 0) {
      int overlap = Math.min(before, segment.payload.remaining());
      if (overlap > 0 && tcb.sackOk) {
        tcb.rcv.noteDuplicate(segment.seq, segment.seq + overlap);
        tcb.ackNow = true;
      }
      segment.trimFront(before);
    }
    int beyond = segment.endSeq() - (tcb.rcvNxt() + tcb.rcv.acceptableWindow());
    if (beyond > 0 && segment.length() > 0) {
      // FIN may lie just beyond the window: it takes no room.
      boolean finOnly = beyond == 1 && segment.has(Segment.FIN);
      if (!finOnly) {
        segment.trimBack(beyond);
      }
    }
  }

  /** Fifth, check the ACK field; false if the segment is to be dropped. */
  private boolean acknowledges(long nowNs, Segment segment) {
    if (tcb.state == TcpState.SYN_RECEIVED) {
      if (!(SeqNum.gt(segment.ack, tcb.sndUna) && SeqNum.le(segment.ack, tcb.sndNxt))) {
        connection.host.sendReset(Reset.inAnswerTo(tcb.key, segment, ResetReason.NONE));
        return false;
      }
      tcb.sndWl1 = segment.seq - 1;
      tcb.sndWl2 = segment.ack;
      connection.established(nowNs);
    }
    // RFC 5961 section 5.2: an ACK far in the past, or in the future, is answered and dropped.
    if (SeqNum.gt(segment.ack, tcb.sndMax) || SeqNum.lt(segment.ack, tcb.sndUna - tcb.maxSndWnd)) {
      challenge(nowNs);
      return false;
    }
    boolean wasPersisting = tcb.isPersisting();
    takeWindow(segment);
    connection.acks.onAck(nowNs, segment);
    if (tcb.resetWhenDelivered && tcb.sendBuffer.size() == 0) {
      connection.abort(nowNs);
      return false;
    }
    connection.timeouts.onWindow(nowNs, wasPersisting);
    boolean finAcked = tcb.finSent && tcb.sndUna == tcb.sndNxt;
    switch (tcb.state) {
      case FIN_WAIT_1 -> {
        if (finAcked) {
          tcb.enter(nowNs, TcpState.FIN_WAIT_2);
          if (tcb.applicationClosed) {
            tcb.timers.set(TimerKind.TIME_WAIT, nowNs + tcb.engine.finWait2Ns());
          }
        }
      }
      case CLOSING -> {
        if (finAcked) {
          connection.enterTimeWait(nowNs);
        }
      }
      case LAST_ACK -> {
        if (finAcked) {
          connection.closed(new CloseReason.Graceful());
          return false;
        }
      }
      case TIME_WAIT -> {
        if (segment.has(Segment.FIN)) {
          connection.enterTimeWait(nowNs);
          tcb.ackNow = true;
        }
      }
      case CLOSED -> {
        return false;
      }
      case LISTEN, SYN_SENT, SYN_RECEIVED, ESTABLISHED, FIN_WAIT_2, CLOSE_WAIT -> {
        // No transition hangs on an acknowledgement here.
      }
    }
    return true;
  }

  /** SND.WND, SND.WL1, SND.WL2. */
  private void takeWindow(Segment segment) {
    boolean newer =
        SeqNum.lt(tcb.sndWl1, segment.seq)
            || (tcb.sndWl1 == segment.seq && SeqNum.le(tcb.sndWl2, segment.ack));
    if (!newer || SeqNum.lt(segment.ack, tcb.sndUna)) {
      // An overtaken segment may acknowledge more, but its window is old: the right edge stays.
      int advance = Math.max(0, segment.ack - tcb.sndUna);
      tcb.sndWnd = Math.max(0, tcb.sndWnd - advance);
      return;
    }
    tcb.sndWnd = segment.window << tcb.sndWndScale;
    tcb.maxSndWnd = Math.max(tcb.maxSndWnd, tcb.sndWnd);
    tcb.sndWl1 = segment.seq;
    tcb.sndWl2 = segment.ack;
  }

  /** Sixth, check the URG bit; also while the window is closed (MUST-66). */
  void urgent(Segment segment) {
    if (segment.has(Segment.URG)
        && tcb.mayReceive()
        && tcb.urgent.onPointer(segment.urgentEnd(), tcb.rcv.readSeq())) {
      connection.urgentArrived();
    }
  }

  /** Seventh, process the segment text; eighth, check the FIN bit. */
  private void text(long nowNs, Segment segment) {
    if (!segment.payload.hasRemaining() && !segment.has(Segment.FIN)) {
      return;
    }
    if (!tcb.mayReceive()) {
      tcb.ackNow = true;
      return;
    }
    if (tcb.applicationClosed && segment.payload.hasRemaining()) {
      // Section 3.6.1: data for which nobody is left; the peer must know that it was lost.
      connection.reset(nowNs, ResetReason.ABORTED, new CloseReason.LocalAbort());
      return;
    }
    Arrival arrival = Arrival.IN_ORDER;
    int length = segment.payload.remaining();
    int dataEnd = segment.seq + length;
    if (segment.payload.hasRemaining()) {
      int before = tcb.rcvNxt();
      arrival = tcb.rcv.receive(segment.seq, segment.payload);
      tcb.bytesReceived += tcb.rcvNxt() - before;
      if (arrival != Arrival.DUPLICATE && arrival != Arrival.REFUSED) {
        tuneWindow(nowNs, segment, length);
      }
    }
    if (segment.has(Segment.FIN) && arrival != Arrival.REFUSED) {
      tcb.rcv.onFin(dataEnd);
      tcb.ackNow = true;
    }
    afterText(nowNs, arrival, segment, length >= tcb.sendMss());
  }

  /** What arrives in a round trip says how much the receive buffer should hold. */
  private void tuneWindow(long nowNs, Segment segment, int length) {
    if (segment.hasTimestamps && tcb.tsOk) {
      int elapsedMs = tcb.tsVal(nowNs) - segment.tsEcr;
      if (elapsedMs >= 0 && elapsedMs < MAX_ECHO_MS) {
        tcb.rcv.onEcho(Math.max(1, elapsedMs) * 1_000_000L);
      }
    }
    tcb.rcv.onBytes(nowNs, length, tcb.rtt.srttNs());
  }

  void afterText(long nowNs, Arrival arrival, Segment segment, boolean fullSegment) {
    switch (arrival) {
      case IN_ORDER -> {
        connection.timeouts.scheduleAck(nowNs, fullSegment);
        connection.readable();
      }
      case FILLED_GAP -> {
        tcb.ackNow = true;
        connection.readable();
      }
      case OUT_OF_ORDER, DUPLICATE, REFUSED -> tcb.ackNow = true;
    }
    if (segment.has(Segment.FIN)) {
      tcb.ackNow = true;
    }
    passFinIfNext(nowNs);
  }

  /** Eighth: advances over the FIN once everything before it is here. */
  void passFinIfNext(long nowNs) {
    if (!tcb.rcv.isFinNext() || !tcb.mayReceive()) {
      return;
    }
    tcb.rcv.passFin();
    tcb.peerFinReceived = true;
    tcb.ackNow = true;
    connection.readable();
    switch (tcb.state) {
      case SYN_RECEIVED, ESTABLISHED -> tcb.enter(nowNs, TcpState.CLOSE_WAIT);
      case FIN_WAIT_1 -> tcb.enter(nowNs, TcpState.CLOSING);
      case FIN_WAIT_2 -> connection.enterTimeWait(nowNs);
      case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, LISTEN, SYN_SENT, CLOSED -> {
        // Section 3.10.7.4, eighth: remain in the state.
      }
    }
  }
}

package io.limpet.tcp.internal.engine;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.rcv.ReceiveBuffer.Arrival;
import io.limpet.tcp.internal.wire.ResetReason;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SeqNum;

/**
 * Segments that arrive before a connection is synchronised: requests, SYN-SENT, and SYNs repeated.
 */
final class Handshake {
  private final Tcb tcb;
  private final Connection connection;

  Handshake(Tcb tcb, Connection connection) {
    this.tcb = tcb;
    this.connection = connection;
  }

  // A request that the application has yet to take.

  /** Takes the peer's SYN into a connection that is to wait for its application. */
  void takeRequest(long nowNs, Segment syn) {
    tcb.enter(nowNs, TcpState.SYN_RECEIVED);
    takeSyn(nowNs, syn);
    takeSynData(syn);
    if (syn.has(Segment.URG)) {
      // Told once the application has accepted.
      tcb.urgent.onPointer(syn.urgentEnd(), tcb.rcv.readSeq());
    }
  }

  /** Nothing was answered yet: repeated requests are absorbed, and a RST withdraws the request. */
  void waitingForApplication(long nowNs, Segment segment) {
    if (segment.has(Segment.RST)) {
      if (segment.seq == tcb.irs + 1 || segment.seq == tcb.rcvNxt()) {
        connection.closed(new CloseReason.PeerReset());
      }
    } else if (segment.has(Segment.ACK)) {
      // Section 3.5.2, group 2: nothing was sent yet that could be acknowledged.
      connection.host.sendReset(Reset.inAnswerTo(tcb.key, segment, ResetReason.NONE));
    } else if (segment.has(Segment.SYN) && segment.seq == tcb.irs) {
      connection.peerHeard(nowNs);
    }
  }

  /** The peer repeats its SYN because our SYN-ACK was lost, or is late: say it again. */
  boolean isRepeatedSyn(long nowNs, Segment segment) {
    if (!segment.has(Segment.SYN) || segment.has(Segment.ACK) || segment.seq != tcb.irs) {
      return false;
    }
    connection.peerHeard(nowNs);
    connection.output.repeatSyn(nowNs);
    return true;
  }

  // SYN-SENT STATE: section 3.10.7.3.

  void synSent(long nowNs, Segment segment) {
    boolean hasAck = segment.has(Segment.ACK);
    // First, check the ACK bit.
    boolean ackAcceptable =
        hasAck && SeqNum.gt(segment.ack, tcb.iss) && SeqNum.le(segment.ack, tcb.sndNxt);
    if (hasAck && !ackAcceptable) {
      if (!segment.has(Segment.RST)) {
        connection.host.sendReset(Reset.inAnswerTo(tcb.key, segment, ResetReason.NONE));
      }
      return;
    }
    // Second, check the RST bit.
    if (segment.has(Segment.RST)) {
      if (ackAcceptable) {
        connection.closed(refusal(ResetReason.read(segment.payload)));
      }
      return;
    }
    // Fourth, check the SYN bit.
    if (!segment.has(Segment.SYN)) {
      return;
    }
    connection.peerHeard(nowNs);
    takeSyn(nowNs, segment);
    tcb.ackNow = true;
    if (ackAcceptable) {
      int answered = segment.ack;
      tcb.sndWl1 = segment.seq;
      tcb.sndWl2 = answered;
      takeSynData(segment);
      connection.established(nowNs);
      connection.acks.onHandshakeAck(nowNs, segment);
      connection.arrival.urgent(segment);
      connection.arrival.afterText(nowNs, Arrival.IN_ORDER, segment, false);
    } else {
      // Simultaneous open: section 3.5, figure 8. Whether the peer means this connection, or one
      // before it, will be known when it acknowledges; its data can wait until then.
      tcb.enter(nowNs, TcpState.SYN_RECEIVED);
      connection.output.answerSyn();
    }
  }

  /** Why a connection was refused. */
  static CloseReason refusal(ResetReason reason) {
    return switch (reason) {
      case BACKLOG_FULL -> new CloseReason.BacklogFull();
      case ABORTED, USER_TIMEOUT -> new CloseReason.PeerReset();
      case REPLACED -> new CloseReason.Replaced();
      case NONE, PORT_CLOSED -> new CloseReason.PortClosed();
    };
  }

  /** Takes what a SYN tells: IRS, the window, and the options that both sides must agree on. */
  private void takeSyn(long nowNs, Segment syn) {
    tcb.irs = syn.seq;
    tcb.rcv.start(syn.seq + 1);
    tcb.lastAckSent = tcb.rcvNxt();
    if (syn.mss > 0) {
      tcb.peerMss = Math.max(syn.mss, 64);
    }
    if (syn.windowScale >= 0) {
      tcb.sndWndScale = syn.windowScale;
    } else {
      tcb.sndWndScale = 0;
      tcb.rcvWndScale = 0;
    }
    tcb.rcv.setMaxWindow(0xFFFF << tcb.rcvWndScale);
    tcb.sackOk = syn.sackPermitted;
    tcb.tsOk = syn.hasTimestamps;
    if (tcb.tsOk) {
      tcb.tsRecent = syn.tsVal;
      tcb.tsRecentAtNs = nowNs;
    }
    connection.arrival.takeAdvice(syn);
    // RFC 7323 section 2.2: the window of a SYN is never scaled.
    tcb.sndWnd = syn.window;
    tcb.maxSndWnd = syn.window;
    tcb.sndWl1 = syn.seq;
    tcb.sndWl2 = tcb.iss;
    connection.onMaxSegmentChanged();
  }

  /**
   * Data of the first flight. The link has authenticated the peer and excludes replay, so that it
   * may be delivered as soon as the application has accepted.
   */
  private void takeSynData(Segment syn) {
    int length = Math.min(syn.payload.remaining(), tcb.receiveMss());
    if (length > 0) {
      syn.payload.limit(syn.payload.position() + length);
      tcb.rcv.receive(tcb.rcvNxt(), syn.payload);
      tcb.bytesReceived += length;
      tcb.synDataTaken = tcb.passive;
      connection.readable();
    }
    syn.flags &= ~Segment.SYN;
  }
}

package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.wire.ResetReason;
import io.limpet.tcp.internal.wire.Segment;

/**
 * A RST that waits for the next transmission.
 *
 * @param to who gets it
 * @param localPort the port it comes from
 * @param remotePort the port it goes to
 * @param seq SEG.SEQ
 * @param ack SEG.ACK
 * @param hasAck whether SEG.ACK is significant
 * @param hasTimestamps whether the connection agreed on timestamps (RFC 7323 section 3.2: a RST
 *     should carry them, too)
 * @param tsVal TSval
 * @param tsEcr TSecr
 * @param reason carried as data
 */
record Reset(
    MeshAddress to,
    int localPort,
    int remotePort,
    int seq,
    int ack,
    boolean hasAck,
    boolean hasTimestamps,
    int tsVal,
    int tsEcr,
    ResetReason reason) {

  /** RFC 9293 section 3.5.2, groups 1 and 2: what a segment gets that belongs to nobody. */
  static Reset inAnswerTo(FlowKey key, Segment segment, ResetReason reason) {
    boolean hasAck = segment.has(Segment.ACK);
    return new Reset(
        key.peer(),
        key.localPort(),
        key.remotePort(),
        hasAck ? segment.ack : 0,
        hasAck ? 0 : segment.endSeq(),
        !hasAck,
        false,
        0,
        0,
        hasAck ? ResetReason.NONE : reason);
  }

  /** RFC 9293 section 3.10.5: what ends a connection of ours. */
  static Reset of(Tcb tcb, long nowNs, ResetReason reason) {
    // A request that was never answered has no sequence number of ours yet.
    boolean unanswered = tcb.passive && !tcb.accepted;
    return new Reset(
        tcb.key.peer(),
        tcb.key.localPort(),
        tcb.key.remotePort(),
        unanswered ? 0 : tcb.sndNxt,
        tcb.rcvNxt(),
        true,
        tcb.tsOk,
        tcb.tsVal(nowNs),
        tcb.tsRecent,
        reason);
  }

  /** Fills in the header. */
  void fill(Segment out) {
    out.clear();
    out.sourcePort = localPort;
    out.destinationPort = remotePort;
    out.seq = seq;
    out.ack = ack;
    out.flags = Segment.RST | (hasAck ? Segment.ACK : 0);
    out.hasTimestamps = hasTimestamps;
    out.tsVal = tsVal;
    out.tsEcr = tsEcr;
  }
}

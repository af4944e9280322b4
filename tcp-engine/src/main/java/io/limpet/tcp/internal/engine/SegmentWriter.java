package io.limpet.tcp.internal.engine;

import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import io.limpet.tcp.internal.wire.SeqNum;
import java.nio.ByteBuffer;

/**
 * Puts segments together: what each carries beside its data, and what follows once the sink has
 * accepted it.
 */
final class SegmentWriter {
  private static final int USER_TIMEOUT_BYTES = 4;
  private static final int SACK_HEADER_BYTES = 4;

  private final Tcb tcb;
  private final Workspace work;

  SegmentWriter(Tcb tcb, Workspace work) {
    this.tcb = tcb;
    this.work = work;
  }

  /** Fills in what every segment of the connection carries. */
  void begin(long nowNs, int seq, int flags) {
    Segment out = work.header;
    out.clear();
    out.sourcePort = tcb.key.localPort();
    out.destinationPort = tcb.key.remotePort();
    out.seq = seq;
    out.flags = flags;
    boolean opening = tcb.state == TcpState.SYN_SENT;
    if (!opening) {
      out.flags |= Segment.ACK;
      out.ack = tcb.rcvNxt();
    }
    if (tcb.tsOk || opening) {
      out.hasTimestamps = true;
      out.tsVal = tcb.tsVal(nowNs);
      out.tsEcr = opening ? 0 : tcb.tsRecent;
    }
    int window = tcb.rcv.window(tcb.sendMss());
    if ((flags & Segment.SYN) != 0) {
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
    out.userTimeoutSeconds = tcb.userTimeout.advertisedSeconds(out.has(Segment.SYN));
    out.urgentPointer = tcb.urgent.pointer(seq);
    if (out.urgentPointer > 0) {
      out.flags |= Segment.URG;
    }
  }

  /** Encodes and offers; notes what the segment acknowledged and offered once it is accepted. */
  boolean offer(int dataSeq, int dataLength, SegmentSink sink) {
    Segment header = work.header;
    ByteBuffer bytes = work.bytes;
    int blocks = header.sackCount;
    fitOptions(header, dataLength);
    SegmentCodec.emitHeader(header, bytes);
    if (dataLength > 0) {
      tcb.sendBuffer.copy(dataSeq, dataLength, bytes);
    }
    SegmentCodec.finish(bytes, tcb.local, tcb.key.peer());
    if (!sink.offer(tcb.key.peer(), bytes)) {
      return false;
    }
    if (header.has(Segment.ACK)) {
      onAckSent(header, header.sackCount == blocks);
    }
    if (header.userTimeoutSeconds > 0 && dataLength > 0 && !header.has(Segment.SYN)) {
      tcb.userTimeout.onCarried(dataSeq + dataLength);
    }
    return true;
  }

  /** Leaves out what the data leaves no room for; a SYN has few data and many options. */
  private void fitOptions(Segment header, int dataLength) {
    if (header.has(Segment.SYN)) {
      return;
    }
    int room = tcb.path.maxSegmentBytes() - dataLength - SegmentCodec.HEADER_BYTES;
    room -= tcb.tsOk ? SegmentCodec.TIMESTAMP_BYTES : 0;
    if (header.userTimeoutSeconds > 0 && room < USER_TIMEOUT_BYTES) {
      header.userTimeoutSeconds = 0;
    }
    room -= header.userTimeoutSeconds > 0 ? USER_TIMEOUT_BYTES : 0;
    header.sackCount = Math.max(0, Math.min(header.sackCount, (room - SACK_HEADER_BYTES) / 8));
  }

  private void onAckSent(Segment header, boolean complete) {
    int scale = header.has(Segment.SYN) ? 0 : tcb.rcvWndScale;
    tcb.rcv.onAdvertised(header.window << scale);
    tcb.lastAckSent = SeqNum.max(tcb.lastAckSent, header.ack);
    if (complete) {
      tcb.ackNow = header.sackCount > 0 && tcb.rcv.onSackSent();
      tcb.unacknowledgedArrivals = 0;
      tcb.timers.stop(TimerKind.DELAYED_ACK);
    }
  }
}

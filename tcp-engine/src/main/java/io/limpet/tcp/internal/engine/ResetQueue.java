package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.wire.ResetReason;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import java.util.ArrayDeque;

/**
 * The RSTs of an endpoint that wait for the next transmission; bounded, what is more is dropped.
 */
final class ResetQueue {
  private static final int MAX_RESETS = 256;

  private final MeshAddress local;
  private final ArrayDeque<Reset> resets = new ArrayDeque<>();

  ResetQueue(MeshAddress local) {
    this.local = local;
  }

  void add(Reset reset) {
    if (resets.size() < MAX_RESETS) {
      resets.add(reset);
    }
  }

  /** CLOSED STATE: RFC 9293 section 3.10.7.1. A RST is never answered. */
  void answer(FlowKey key, Segment segment, ResetReason reason) {
    if (!segment.has(Segment.RST)) {
      add(Reset.inAnswerTo(key, segment, reason));
    }
  }

  boolean isEmpty() {
    return resets.isEmpty();
  }

  /** Sends all of them; false if the sink refuses. */
  boolean transmit(SegmentSink sink, Workspace work) {
    for (Reset reset = resets.peek(); reset != null; reset = resets.peek()) {
      reset.fill(work.header);
      SegmentCodec.emitHeader(work.header, work.bytes);
      reset.reason().write(work.bytes);
      SegmentCodec.finish(work.bytes, local, reset.to());
      if (!sink.offer(reset.to(), work.bytes)) {
        return false;
      }
      resets.remove();
    }
    return true;
  }
}

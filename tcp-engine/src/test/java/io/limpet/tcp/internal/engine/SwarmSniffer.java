package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Writes segments down for people: numbers count from the SYN of their direction. */
final class SwarmSniffer {
  private final Map<String, Integer> origins = new HashMap<>();
  private final Segment segment = new Segment();

  String describe(SwarmNode from, SwarmNode to, ByteBuffer bytes) {
    SegmentCodec.parse(bytes.duplicate(), from.address, to.address, segment);
    String there = from.name + segment.sourcePort + ">" + to.name + segment.destinationPort;
    String back = to.name + segment.destinationPort + ">" + from.name + segment.sourcePort;
    if (segment.has(Segment.SYN)) {
      origins.put(there, segment.seq);
    }
    int mine = origins.getOrDefault(there, 0);
    int theirs = origins.getOrDefault(back, 0);
    segment.seq -= mine;
    segment.ack -= segment.has(Segment.ACK) ? theirs : 0;
    for (int i = 0; i < segment.sackCount; i++) {
      segment.sackLeft[i] -= theirs;
      segment.sackRight[i] -= theirs;
    }
    SimPath path = from.pathTo(to);
    String fate = path.cut || to.isPaused() ? " (nobody hears it)" : "";
    String urgent = segment.has(Segment.URG) ? " urgent " + segment.urgentPointer : "";
    String scale = segment.windowScale >= 0 ? " scale " + segment.windowScale : "";
    String time = segment.hasTimestamps ? " ts " + segment.tsVal + "/" + segment.tsEcr : "";
    return "  " + there + " " + segment + urgent + scale + time + fate;
  }
}

package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;
import io.limpet.tcp.internal.wire.SeqNum;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Watches everything that is sent in a net: no data goes beyond the right edge of any window ever
 * offered, no offered edge moves back by more than window scaling rounds, and every segment is well
 * formed.
 */
final class WindowGuard {
  private static final class Side {
    final int iss;
    int edge;
    boolean known;
    int scale;
    boolean scaled;

    Side(int iss) {
      this.iss = iss;
    }
  }

  private record Flow(MeshAddress from, MeshAddress to, int port, int otherPort) {}

  private final Map<Flow, Side> sides = new HashMap<>();
  private final Segment segment = new Segment();
  long checked;

  WindowGuard(SimNet net) {
    for (SimNet.Node node : net.nodes) {
      node.watcher = (nowNs, to, bytes) -> check(bytes, node.address, to);
    }
  }

  /** Looks at one segment. */
  void check(ByteBuffer bytes, MeshAddress from, MeshAddress to) {
    assertThat(SegmentCodec.parse(bytes, from, to, segment)).isEqualTo(ParseResult.OK);
    if (segment.has(Segment.RST)) {
      return;
    }
    checked++;
    Flow flow = new Flow(from, to, segment.sourcePort, segment.destinationPort);
    Flow back = new Flow(to, from, segment.destinationPort, segment.sourcePort);
    Side sender = side(flow);
    Side receiver = side(back);
    boolean syn = segment.has(Segment.SYN);
    if (syn) {
      sender = begin(flow, back, sender);
    }
    if (!syn && receiver.known && segment.payload.hasRemaining()) {
      int length = segment.payload.remaining();
      int dataEnd = segment.seq + length;
      // One byte probes a closed window (RFC 9293 section 3.8.6.1).
      if (SeqNum.gt(length == 1 ? segment.seq : dataEnd, receiver.edge)) {
        fail("data up to %d beyond the edge %d: %s", dataEnd, receiver.edge, segment);
      }
    }
    // An acknowledgement of a connection before says nothing of this one.
    if (segment.has(Segment.ACK) && SeqNum.ge(segment.ack, receiver.iss)) {
      boolean scaling = !syn && sender.scaled && receiver.scaled;
      int edge = segment.ack + (segment.window << (scaling ? sender.scale : 0));
      if (sender.known && !syn && SeqNum.lt(edge, sender.edge - (1 << sender.scale))) {
        fail("the window moved back from %d to %d: %s", sender.edge, edge, segment);
      }
      sender.edge = sender.known ? SeqNum.max(sender.edge, edge) : edge;
      sender.known = true;
    }
  }

  /** A SYN, unless it is said again, begins a connection of which nothing is known yet. */
  private Side begin(Flow flow, Flow back, Side before) {
    Side side = before.iss == segment.seq ? before : new Side(segment.seq);
    if (side != before) {
      side(back).known = false;
    }
    side.scale = Math.max(0, segment.windowScale);
    side.scaled = segment.windowScale >= 0;
    sides.put(flow, side);
    return side;
  }

  private Side side(Flow flow) {
    return sides.computeIfAbsent(flow, k -> new Side(0));
  }
}

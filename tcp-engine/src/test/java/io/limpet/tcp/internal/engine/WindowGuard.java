package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SegmentCodec;
import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;
import io.limpet.tcp.internal.wire.SeqNum;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Watches both directions of a pair: no data goes beyond the right edge of any window ever offered,
 * no offered edge moves back by more than window scaling rounds, and every segment is well formed.
 */
final class WindowGuard {
  private static final class Side {
    int edge;
    boolean known;
    int scale;
    boolean scaled;
  }

  private final Map<String, Side> sides = new HashMap<>();
  private final Segment segment = new Segment();
  long checked;

  WindowGuard(Pair pair) {
    pair.client.watcher = (now, bytes) -> check(bytes, Pair.CLIENT, Pair.SERVER);
    pair.server.watcher = (now, bytes) -> check(bytes, Pair.SERVER, Pair.CLIENT);
  }

  private void check(ByteBuffer bytes, MeshAddress from, MeshAddress to) {
    assertThat(SegmentCodec.parse(bytes, from, to, segment)).isEqualTo(ParseResult.OK);
    if (segment.has(Segment.RST)) {
      return;
    }
    checked++;
    Side sender = side(from, segment.sourcePort, segment.destinationPort);
    Side receiver = side(to, segment.destinationPort, segment.sourcePort);
    boolean syn = segment.has(Segment.SYN);
    if (syn) {
      sender.scale = Math.max(0, segment.windowScale);
      sender.scaled = segment.windowScale >= 0;
    }
    if (!syn && receiver.known && segment.payload.hasRemaining()) {
      int dataEnd = segment.seq + segment.payload.remaining();
      assertThat(SeqNum.le(dataEnd, receiver.edge))
          .as("data up to %d beyond the edge %d: %s", dataEnd, receiver.edge, segment)
          .isTrue();
    }
    if (segment.has(Segment.ACK)) {
      boolean scaling = !syn && sender.scaled && receiver.scaled;
      int edge = segment.ack + (segment.window << (scaling ? sender.scale : 0));
      if (sender.known) {
        assertThat(SeqNum.ge(edge, sender.edge - (1 << sender.scale)) || syn)
            .as("the window moved back: %s", segment)
            .isTrue();
        sender.edge = SeqNum.max(sender.edge, edge);
      } else {
        sender.known = true;
        sender.edge = edge;
      }
    }
  }

  private Side side(MeshAddress address, int port, int other) {
    return sides.computeIfAbsent(address + ":" + port + ":" + other, k -> new Side());
  }
}

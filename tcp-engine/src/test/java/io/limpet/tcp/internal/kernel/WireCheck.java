package io.limpet.tcp.internal.kernel;

import io.limpet.tcp.internal.kernel.Packet.Remark;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SeqNum;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a capture must not show of an engine, whatever the weather was. The capture is taken between
 * the weather and the kernel: all that the kernel sends is in it, and of what the engine sends all
 * that reaches the kernel. So of both sides each acknowledgement can be held against what it
 * acknowledges, and each segment of the engine's against every window that the kernel ever offered.
 *
 * <ul>
 *   <li>Nothing is malformed, no option has a wrong length, no checksum is wrong, tshark sees no
 *       error.
 *   <li>Nobody acknowledges what was not sent.
 *   <li>The engine sends nothing beyond the window, but for one octet that probes it.
 *   <li>Where segments keep their order, no window of the engine's is taken back.
 *   <li>Where nothing is lost, next to nothing is sent again.
 *   <li>Tshark warns of nothing that the weather or the application does not explain.
 * </ul>
 *
 * <p>Retransmissions, duplicate acknowledgements and keep-alives are notes to tshark, not warnings:
 * they are how loss is repaired, and how a peer is asked whether it is there. Of the kernel only
 * its acknowledgements are judged, which shows that the capture is where it has to be. Tshark's own
 * word on acknowledgements is not heeded: it takes a retransmission that begins like an earlier
 * segment and is longer for something out of order, and its acknowledgement for one of nothing.
 */
final class WireCheck {
  /** An account of what was sent is kept here, and is exact. */
  private static final String UNSEEN =
      "ACKed segment that wasn't captured (common at capture start)";

  /** A duplicate has arrived, and its sender hears of it (RFC 2883). */
  private static final String REPEATED = "D-SACK Sequence";

  /** What an application brings about that does not read, or that aborts; what duplicates do. */
  private static final Set<String> ORDINARY =
      Set.of(
          UNSEEN,
          REPEATED,
          "TCP Zero Window segment",
          "TCP window specified by the receiver is now completely full",
          "Connection reset (RST)");

  /** What loss, reordering and duplication look like behind the weather. */
  private static final Set<String> OF_WEATHER =
      Set.of(
          "Previous segment(s) not captured (common at capture start)",
          "This frame is a (suspected) out-of-order segment");

  /** How tshark, which only notes it, begins to say that an option has not the length it must. */
  private static final String OPTION_LENGTH = "option length = ";

  /**
   * Of a hundred segments with data so many may be sent again where nothing is lost: a process that
   * does not get its turn for a while looks like loss.
   */
  private static final int MOST_SENT_AGAIN = 1;

  /** Of one connection, what was said so far. */
  private static final class Stream {
    boolean kernelOffered;
    int kernelEdge;
    boolean engineOffered;
    int engineEdge;
    boolean engineSent;
    int engineEnd;
    boolean dataSent;
    int dataEnd;
    boolean kernelSent;
    int kernelEnd;
  }

  private final boolean calm;
  private final Map<Integer, Stream> streams = new HashMap<>();
  private final List<String> complaints = new ArrayList<>();
  private int segments;
  private int sentAgain;

  private WireCheck(boolean calm) {
    this.calm = calm;
  }

  /**
   * Returns what is wrong, in the order of packets.
   *
   * @param calm whether nothing was lost or reordered on the way
   */
  static List<String> complaints(List<Packet> packets, boolean calm) {
    WireCheck check = new WireCheck(calm);
    packets.forEach(check::look);
    if (calm && check.sentAgain * 100 > check.segments * MOST_SENT_AGAIN) {
      check.complaints.add(
          "%d of %d segments with data were sent again".formatted(check.sentAgain, check.segments));
    }
    return check.complaints;
  }

  private void look(Packet packet) {
    Stream stream = streams.computeIfAbsent(packet.stream(), number -> new Stream());
    if (packet.fromEngine()) {
      judge(packet);
      fromEngine(stream, packet);
    } else {
      fromKernel(stream, packet);
    }
  }

  private void judge(Packet packet) {
    if (packet.malformed()) {
      complain("malformed", packet);
    }
    if (!packet.checksumGood()) {
      complain("wrong checksum", packet);
    }
    for (Remark remark : packet.remarks()) {
      boolean grave = remark.severity() >= Remark.WARNING || remark.text().contains(OPTION_LENGTH);
      if (grave && !isExplained(remark)) {
        complain(remark.text(), packet);
      }
    }
  }

  private boolean isExplained(Remark remark) {
    return remark.severity() < Remark.ERROR
        && (ORDINARY.contains(remark.text()) || (!calm && OF_WEATHER.contains(remark.text())));
  }

  private void fromKernel(Stream stream, Packet packet) {
    if (acknowledgesUnsent(packet, stream.engineSent, stream.engineEnd)) {
      complain("the engine has only sent to " + stream.engineEnd, packet);
    }
    stream.kernelEnd = later(stream.kernelSent, stream.kernelEnd, packet.endSeq());
    stream.kernelSent = true;
    if (packet.has(Segment.ACK)) {
      int edge = packet.ack() + (int) packet.windowBytes();
      stream.kernelEdge = later(stream.kernelOffered, stream.kernelEdge, edge);
      stream.kernelOffered = true;
    }
  }

  private void fromEngine(Stream stream, Packet packet) {
    if (acknowledgesUnsent(packet, stream.kernelSent, stream.kernelEnd)) {
      complain("the kernel has only sent to " + stream.kernelEnd, packet);
    }
    countSentAgain(stream, packet);
    if (!packet.has(Segment.RST)) {
      stream.engineEnd = later(stream.engineSent, stream.engineEnd, packet.endSeq());
      stream.engineSent = true;
    }
    boolean inside =
        SeqNum.le(packet.endSeq(), stream.kernelEdge)
            || (packet.length() == 1 && packet.endSeq() == stream.kernelEdge + 1)
            // FIN takes a number, and no room.
            || (packet.has(Segment.FIN) && packet.endSeq() == stream.kernelEdge + 1);
    if (stream.kernelOffered && !inside && !packet.has(Segment.RST)) {
      complain("beyond the window, which ends at " + stream.kernelEdge, packet);
    }
    if (packet.has(Segment.ACK) && !packet.has(Segment.RST)) {
      int edge = packet.ack() + (int) packet.windowBytes();
      if (calm && stream.engineOffered && stream.engineEdge - edge >= packet.windowUnit()) {
        complain("window taken back by " + (stream.engineEdge - edge), packet);
      }
      stream.engineEdge = later(stream.engineOffered, stream.engineEdge, edge);
      stream.engineOffered = true;
    }
  }

  /**
   * One octet at a time is a question, of the window or whether somebody is there; and what came
   * with the SYN does not count as sent: the kernel takes no data from there.
   */
  private void countSentAgain(Stream stream, Packet packet) {
    if (packet.length() > 1 && !packet.has(Segment.SYN)) {
      segments++;
      if (stream.dataSent && SeqNum.le(packet.endSeq(), stream.dataEnd)) {
        sentAgain++;
      }
      stream.dataEnd = later(stream.dataSent, stream.dataEnd, packet.endSeq());
      stream.dataSent = true;
    }
  }

  private static boolean acknowledgesUnsent(Packet packet, boolean anySent, int end) {
    return packet.has(Segment.ACK)
        && !packet.has(Segment.RST)
        && anySent
        && SeqNum.lt(end, packet.ack());
  }

  private static int later(boolean any, int before, int now) {
    return any ? SeqNum.max(before, now) : now;
  }

  private void complain(String what, Packet packet) {
    complaints.add(what + ": " + packet);
  }
}

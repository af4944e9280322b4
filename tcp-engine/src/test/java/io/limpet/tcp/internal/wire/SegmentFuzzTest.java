package io.limpet.tcp.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;

/** Any bytes are read without an exception, and what was read is written and read as the same. */
@Tag("fuzz")
@Tag("fuzz-search")
final class SegmentFuzzTest {
  private static final MeshAddress SOURCE = new MeshAddress(0x2001_0020_0000_0001L, 1);
  private static final MeshAddress DESTINATION = new MeshAddress(0x2001_0020_0000_0002L, 2);

  @FuzzTest(maxDuration = "12s")
  void bytes(byte[] bytes) {
    Segment raw = new Segment();
    SegmentCodec.parse(ByteBuffer.wrap(bytes), SOURCE, DESTINATION, raw);
    if (bytes.length < SegmentCodec.HEADER_BYTES) {
      return;
    }
    // A fuzzer does not find checksums.
    ByteBuffer summed = ByteBuffer.wrap(bytes.clone());
    summed.put(16, (byte) 0).put(17, (byte) 0).position(bytes.length);
    SegmentCodec.finish(summed, SOURCE, DESTINATION);
    Segment first = new Segment();
    ParseResult result = SegmentCodec.parse(summed, SOURCE, DESTINATION, first);
    assertThat(result).isNotEqualTo(ParseResult.BAD_CHECKSUM);
    if (result == ParseResult.OK && fits(first)) {
      writtenAndReadAgain(first);
    }
  }

  /** Foreign options may take room that ours, aligned, would need more of. */
  private static boolean fits(Segment segment) {
    int room = SegmentCodec.MAX_OPTION_BYTES;
    room -= segment.mss > 0 ? 4 : 0;
    room -= segment.windowScale >= 0 ? 4 : 0;
    room -= segment.sackPermitted ? 4 : 0;
    room -= segment.hasTimestamps ? SegmentCodec.TIMESTAMP_BYTES : 0;
    room -= segment.userTimeoutSeconds > 0 ? 4 : 0;
    room -= segment.sackCount > 0 ? 4 + 8 * segment.sackCount : 0;
    return room >= 0;
  }

  private static void writtenAndReadAgain(Segment first) {
    String before = describe(first);
    ByteBuffer out = ByteBuffer.allocate(1 << 17);
    SegmentCodec.emitHeader(first, out);
    out.put(first.payload.duplicate());
    SegmentCodec.finish(out, SOURCE, DESTINATION);
    Segment second = new Segment();
    assertThat(SegmentCodec.parse(out, SOURCE, DESTINATION, second)).isEqualTo(ParseResult.OK);
    assertThat(describe(second)).isEqualTo(before);
    assertThat(second.payload).isEqualTo(first.payload);
  }

  private static String describe(Segment s) {
    StringBuilder text = new StringBuilder();
    text.append(s.seq).append(' ').append(s.has(Segment.ACK) ? s.ack : 0);
    text.append(' ').append(s.sourcePort).append(' ').append(s.destinationPort);
    text.append(' ').append(s.flags).append(' ').append(s.window).append(' ').append(s.mss);
    text.append(' ').append(s.has(Segment.URG) ? s.urgentPointer : 0);
    text.append(' ').append(s.windowScale).append(' ').append(s.sackPermitted);
    text.append(' ').append(s.hasTimestamps ? s.tsVal + "/" + s.tsEcr : "");
    text.append(' ').append(s.userTimeoutSeconds);
    for (int i = 0; i < s.sackCount; i++) {
      text.append(' ').append(s.sackLeft[i]).append('-').append(s.sackRight[i]);
    }
    return text.toString();
  }
}

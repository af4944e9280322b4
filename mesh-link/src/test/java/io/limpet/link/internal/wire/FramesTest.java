package io.limpet.link.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {
  private final ByteBuf out = Unpooled.buffer();
  private final Recorder recorder = new Recorder();

  @Test
  void everyFrameReadsAsItWasWritten() {
    Frames.writeReport(out, new PathReport(255, Long.MAX_VALUE, 7, 4_000_000_000L));
    Frames.writePayload(out, 1, Unpooled.wrappedBuffer(new byte[] {1, 2, 3}));
    Frames.writeDoubledPayload(out, 2, -9, Unpooled.wrappedBuffer(new byte[] {4}));
    Frames.writeChallenge(out, -1);
    Frames.writeResponse(out, 42);
    Frames.writePleaseRepair(out);
    Frames.writeRepairDone(out, 200);
    Frames.writeLinkTest(out, 43);
    Frames.writeUnheard(out, false);
    Frames.writeUnheard(out, true);
    Frames.writeGoodbye(out);

    assertThat(Frames.read(out, recorder)).isEqualTo(Frames.ELICITING);
    assertThat(recorder.seen)
        .containsExactly(
            new PathReport(255, Long.MAX_VALUE, 7, 4_000_000_000L).toString(),
            "payload 1 010203",
            "doubled 2 -9 04",
            "challenge -1",
            "response 42",
            "please",
            "done 200",
            "test 43",
            "unheard unicast",
            "unheard multicast",
            "goodbye");
  }

  @Test
  void aReportAloneAsksForNoReport() {
    Frames.writeReport(out, new PathReport(0, 0, 1, 0));
    assertThat(out.readableBytes()).isEqualTo(Frames.REPORT_BYTES);
    assertThat(Frames.read(out, recorder)).isEqualTo(Frames.NOT_ELICITING);
  }

  @Test
  void aFrameOfALaterVersionIsSkipped() {
    out.writeByte(200).writeShort(5).writeZero(5);
    Frames.writeChallenge(out, 5);
    assertThat(Frames.read(out, recorder)).isEqualTo(Frames.ELICITING);
    assertThat(recorder.seen).containsExactly("challenge 5");
  }

  @Test
  void aBodyThatGrewInALaterVersionIsStillUnderstood() {
    out.writeByte(33).writeShort(10).writeLong(5).writeShort(99);
    Frames.writeGoodbye(out);
    Frames.read(out, recorder);
    assertThat(recorder.seen).containsExactly("challenge 5", "goodbye");
  }

  @Test
  void whatIsCutShortIsMalformedWhereverTheCutIs() {
    Frames.writeDoubledPayload(out, 1, 1, Unpooled.wrappedBuffer(new byte[20]));
    for (int length = 1; length < out.readableBytes(); length++) {
      assertThat(Frames.read(out.copy(0, length), recorder)).isEqualTo(Frames.MALFORMED);
    }
    assertThat(recorder.seen).isEmpty();
  }

  @Test
  void rubbishNeverThrows() {
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    System.out.println("limpet.seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      Frames.read(Unpooled.wrappedBuffer(bytes), recorder);
      recorder.seen.clear();
    }
  }

  /** Writes down what it is told. */
  private static final class Recorder implements FrameSink {
    private final List<String> seen = new ArrayList<>();

    private static String hex(ByteBuf payload) {
      return io.netty.buffer.ByteBufUtil.hexDump(payload);
    }

    @Override
    public void onPayload(int protocolCode, ByteBuf payload) {
      seen.add("payload " + protocolCode + " " + hex(payload));
    }

    @Override
    public void onDoubledPayload(int protocolCode, int id, ByteBuf payload) {
      seen.add("doubled " + protocolCode + " " + id + " " + hex(payload));
    }

    @Override
    public void onPathReport(PathReport report) {
      seen.add(report.toString());
    }

    @Override
    public void onPathChallenge(long token) {
      seen.add("challenge " + token);
    }

    @Override
    public void onPathResponse(long token) {
      seen.add("response " + token);
    }

    @Override
    public void onLinkTest(long token) {
      seen.add("test " + token);
    }

    @Override
    public void onUnheard(boolean multicast) {
      seen.add("unheard " + (multicast ? "multicast" : "unicast"));
    }

    @Override
    public void onPleaseRepair() {
      seen.add("please");
    }

    @Override
    public void onRepairDone(int operations) {
      seen.add("done " + operations);
    }

    @Override
    public void onGoodbye() {
      seen.add("goodbye");
    }
  }
}

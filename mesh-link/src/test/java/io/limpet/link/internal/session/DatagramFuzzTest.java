package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.limpet.link.internal.session.HandshakeFormat.First;
import io.limpet.link.internal.session.Sessions.Inbound;
import io.limpet.link.internal.wire.BeatCodec;
import io.limpet.link.internal.wire.FrameSink;
import io.limpet.link.internal.wire.Frames;
import io.limpet.link.internal.wire.Hello;
import io.limpet.link.internal.wire.HelloCodec;
import io.limpet.link.internal.wire.PathReport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Tag;

/**
 * Any bytes, given to everything that reads bytes from the air: datagrams of every type, and what
 * is inside once it has been opened, which a peer that means ill may have sealed. No exception, and
 * nothing in the results that is larger than the datagram could say.
 */
@Tag("fuzz")
@Tag("fuzz-search")
final class DatagramFuzzTest {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final Node ANNA = new Node(new Random(1));
  private static final Node BEN = new Node(new Random(2));
  private static long nowNs;

  static {
    ANNA.learn(BEN);
    BEN.learn(ANNA);
    Node.associate(nowNs, ANNA, BEN);
    BEN.open(nowNs, ANNA.seal(nowNs, BEN, 1, "used"));
    ANNA.initiate(nowNs, BEN, "unanswered");
  }

  @FuzzTest(maxDuration = "10s")
  void anyDatagram(byte[] bytes) {
    hellos(bytes);
    associations(bytes);
    handshakePayloads(bytes);
    frames(bytes);
  }

  private static void hellos(byte[] bytes) {
    if (HelloCodec.peek(Unpooled.wrappedBuffer(bytes)) instanceof HelloCodec.Candidate candidate) {
      Hello hello = candidate.hello();
      assertThat(bytes.length).isLessThanOrEqualTo(HelloCodec.MAX_BYTES);
      assertThat(hello.ipAddresses()).hasSizeLessThanOrEqualTo(Hello.MAX_ADDRESSES);
      assertThat(HelloCodec.isNickname(hello.nickname())).isTrue();
      assertThat(candidate.signed().length() + candidate.signature().length())
          .isEqualTo(bytes.length);
    }
    BeatCodec.Candidate beat = BeatCodec.peek(Unpooled.wrappedBuffer(bytes));
    if (beat != null) {
      assertThat(beat.signed().length() + beat.signature().length()).isEqualTo(bytes.length);
    }
  }

  private static void associations(byte[] bytes) {
    nowNs += SECOND_NS / 500;
    for (Node node : new Node[] {ANNA, BEN}) {
      for (boolean overMulticast : new boolean[] {false, true}) {
        Inbound inbound = node.open(nowNs, Unpooled.wrappedBuffer(bytes), overMulticast);
        if (inbound instanceof Inbound.Frames frames) {
          frames.frames().release();
        }
        if (!(inbound instanceof Inbound.Rejected || inbound instanceof Inbound.NotForUs)) {
          int answer = inbound instanceof Inbound.Repeat ? 0 : Node.reply(inbound).length;
          assertThat(answer).as("no amplification").isLessThanOrEqualTo(bytes.length);
        }
      }
    }
  }

  private static void handshakePayloads(byte[] bytes) {
    First first = HandshakeFormat.decodeFirst(bytes);
    if (first != null) {
      assertThat(HandshakeFormat.encode(first)).isEqualTo(bytes);
    }
    HandshakeFormat.Second second = HandshakeFormat.decodeSecond(bytes);
    if (second != null) {
      assertThat(HandshakeFormat.encode(second)).isEqualTo(bytes);
    }
  }

  private static void frames(byte[] bytes) {
    Counting sink = new Counting();
    Frames.read(Unpooled.wrappedBuffer(bytes), sink);
    assertThat(sink.payloadBytes).isLessThanOrEqualTo(bytes.length);
  }

  private static final class Counting implements FrameSink {
    long payloadBytes;

    @Override
    public void onPayload(int protocolCode, ByteBuf payload) {
      payloadBytes += payload.readableBytes();
    }

    @Override
    public void onDoubledPayload(int protocolCode, int id, ByteBuf payload) {
      payloadBytes += payload.readableBytes();
    }

    @Override
    public void onPathReport(PathReport report) {
      assertThat(report.pathNumber()).isBetween(0, 255);
    }

    @Override
    public void onPathChallenge(long token) {
      // Nothing can be wrong with it.
    }

    @Override
    public void onPathResponse(long token) {
      // Nothing can be wrong with it.
    }

    @Override
    public void onPleaseRepair() {
      // It has no contents.
    }

    @Override
    public void onRepairDone(int operations) {
      assertThat(operations).isBetween(0, 255);
    }

    @Override
    public void onUnheard(boolean multicast) {
      // Nothing can be wrong with it.
    }

    @Override
    public void onLinkTest(long token) {
      // Nothing can be wrong with it.
    }

    @Override
    public void onGoodbye() {
      // It has no contents.
    }
  }
}

package io.limpet.tcp.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.wire.SegmentCodec.ParseResult;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Segments survive the trip over the wire, and hostile bytes do no harm. */
final class SegmentCodecTest {
  private static final MeshAddress A = new MeshAddress(0x2001_0020_0000_0001L, 0x1234);
  private static final MeshAddress B = new MeshAddress(0x2001_0020_0000_0002L, 0x5678);

  private final Segment in = new Segment();
  private final Segment out = new Segment();
  private final ByteBuffer wire = ByteBuffer.allocate(2048);

  private void send(byte[] payload) {
    SegmentCodec.emitHeader(out, wire);
    wire.put(payload);
    SegmentCodec.finish(wire, A, B);
  }

  private void fill(int flags) {
    out.clear();
    out.sourcePort = 49_152;
    out.destinationPort = 7;
    out.seq = 0xFEDC_BA98;
    out.ack = 0x0123_4567;
    out.flags = flags;
    out.window = 0xABCD;
  }

  @Test
  void aSynCarriesAllItsOptions() {
    fill(Segment.SYN);
    out.mss = 1400;
    out.windowScale = 7;
    out.sackPermitted = true;
    out.hasTimestamps = true;
    out.tsVal = 0xCAFE_BABE;
    out.userTimeoutSeconds = 300;
    send(new byte[] {1, 2, 3});
    assertThat(SegmentCodec.parse(wire, A, B, in)).isEqualTo(ParseResult.OK);
    assertThat(in.has(Segment.SYN)).isTrue();
    assertThat(in.seq).isEqualTo(0xFEDC_BA98);
    assertThat(in.mss).isEqualTo(1400);
    assertThat(in.windowScale).isEqualTo(7);
    assertThat(in.sackPermitted).isTrue();
    assertThat(in.tsVal).isEqualTo(0xCAFE_BABE);
    assertThat(in.userTimeoutSeconds).isEqualTo(300);
    assertThat(in.payload.remaining()).isEqualTo(3);
    assertThat(in.length()).isEqualTo(4);
    assertThat(in.endSeq()).isEqualTo(0xFEDC_BA98 + 4);
  }

  @Test
  void threeSackBlocksFitBesideTimestampsAndFourAlone() {
    for (boolean timestamps : new boolean[] {true, false}) {
      fill(Segment.ACK);
      out.hasTimestamps = timestamps;
      for (int i = 0; i < 4; i++) {
        out.addSack(i * 100, i * 100 + 50);
      }
      send(new byte[0]);
      assertThat(SegmentCodec.parse(wire, A, B, in)).isEqualTo(ParseResult.OK);
      assertThat(in.sackCount).isEqualTo(timestamps ? 3 : 4);
      assertThat(in.sackLeft[2]).isEqualTo(200);
      assertThat(in.sackRight[2]).isEqualTo(250);
    }
  }

  /**
   * The checksum by RFC 1071 in its simplest form: 16-bit words of the IPv6 pseudo-header (RFC 8200
   * section 8.1) and the segment, so that a packet tool agrees.
   */
  @Test
  @Tag("MUST-2")
  void theChecksumIsThatOfTcpInIpv6() {
    for (int length = 0; length < 40; length++) {
      fill(Segment.ACK);
      byte[] payload = new byte[length];
      new SplittableRandom(length).nextBytes(payload);
      send(payload);
      ByteBuffer packet = ByteBuffer.allocate(40 + wire.remaining() + 1);
      A.write(packet);
      B.write(packet);
      packet.putInt(wire.remaining()).putInt(6).put(wire.duplicate());
      packet.put((byte) 0).rewind();
      int sum = 0;
      while (packet.remaining() >= 2) {
        sum += packet.getShort() & 0xFFFF;
        sum = (sum & 0xFFFF) + (sum >>> 16);
      }
      assertThat(sum).as("length %d", length).isEqualTo(0xFFFF);
    }
  }

  @Test
  @Tag("MUST-3")
  void oneWrongBitAnywhereIsNoticed() {
    fill(Segment.ACK | Segment.PSH);
    out.hasTimestamps = true;
    send(new byte[] {9, 8, 7, 6, 5});
    byte[] good = new byte[wire.remaining()];
    wire.duplicate().get(good);
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(SegmentCodec.parse(ByteBuffer.wrap(bad), A, B, in))
          .as("bit %d", bit)
          .isNotEqualTo(ParseResult.OK);
    }
    assertThat(SegmentCodec.parse(ByteBuffer.wrap(good), B, B, in))
        .isEqualTo(ParseResult.BAD_CHECKSUM);
  }

  @Test
  void hostileBytesNeverThrow() {
    long seed = 20_261_121;
    SplittableRandom random = new SplittableRandom(seed);
    int parsed = 0;
    for (int run = 0; run < 200_000; run++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      if (bytes.length >= 20) {
        bytes[12] = (byte) (random.nextInt(5, 16) << 4);
        repairChecksum(bytes);
      }
      ParseResult result = SegmentCodec.parse(ByteBuffer.wrap(bytes), A, B, in);
      if (result == ParseResult.OK) {
        parsed++;
        assertThat(in.sackCount).isBetween(0, Segment.MAX_SACK_BLOCKS);
        assertThat(in.windowScale).isBetween(-1, 14);
        assertThat(in.payload.remaining()).isLessThanOrEqualTo(bytes.length - 20);
      }
    }
    assertThat(parsed).as("seed %d: some get through to the options", seed).isGreaterThan(100);
  }

  private static void repairChecksum(byte[] bytes) {
    bytes[16] = 0;
    bytes[17] = 0;
    int sum = Checksum.sum(ByteBuffer.wrap(bytes), 0, bytes.length, A, B);
    bytes[16] = (byte) (~sum >>> 8);
    bytes[17] = (byte) ~sum;
  }

  /** All padding is by NOPs before the options it aligns: nothing follows an end of the list. */
  @Test
  @Tag("MUST-69")
  void whatIsSentHasNoEndOfOptionList() {
    for (int choice = 0; choice < 32; choice++) {
      fill((choice & 1) != 0 ? Segment.SYN : Segment.ACK);
      out.mss = (choice & 1) != 0 ? 1400 : 0;
      out.sackPermitted = (choice & 2) != 0;
      out.hasTimestamps = (choice & 4) != 0;
      out.windowScale = (choice & 8) != 0 ? 7 : -1;
      out.userTimeoutSeconds = (choice & 16) != 0 ? 60 : 0;
      send(new byte[0]);
      int headerBytes = ((wire.get(12) >>> 4) & 0xF) * 4;
      assertThat(headerBytes).isEqualTo(wire.limit());
      int at = 20;
      while (at < headerBytes) {
        int kind = wire.get(at);
        assertThat(kind).as("option %d of choice %d", kind, choice).isNotZero();
        at += kind == 1 ? 1 : wire.get(at + 1);
      }
      assertThat(at).isEqualTo(headerBytes);
    }
  }

  @Test
  void optionsOfImpossibleLengthAreRefused() {
    for (String options : new String[] {"0200", "0201", "08ff0000", "010102", "05280000"}) {
      byte[] tail = HexFormat.of().parseHex((options + "01010101").substring(0, 8));
      if (options.equals("010102")) {
        tail = new byte[] {1, 1, 1, 2};
      }
      fill(Segment.ACK);
      SegmentCodec.emitHeader(out, wire);
      wire.put(tail);
      wire.put(12, (byte) ((24 / 4) << 4));
      SegmentCodec.finish(wire, A, B);
      assertThat(SegmentCodec.parse(wire, A, B, in)).as(options).isEqualTo(ParseResult.BAD_OPTION);
    }
  }

  @Test
  void contradictoryControlBitsAndPortZeroAreRefused() {
    for (int flags :
        new int[] {
          Segment.SYN | Segment.FIN, Segment.SYN | Segment.RST, Segment.RST | Segment.FIN
        }) {
      fill(flags);
      send(new byte[0]);
      assertThat(SegmentCodec.parse(wire, A, B, in)).isEqualTo(ParseResult.BAD_FIELD);
    }
    fill(Segment.ACK);
    out.sourcePort = 0;
    send(new byte[0]);
    assertThat(SegmentCodec.parse(wire, A, B, in)).isEqualTo(ParseResult.BAD_FIELD);
  }

  @Test
  void trimmingCutsSynFirstAndFinLast() {
    fill(Segment.SYN);
    send(new byte[] {1, 2, 3});
    SegmentCodec.parse(wire, A, B, in);
    in.flags |= Segment.FIN;
    in.trimFront(2);
    assertThat(in.has(Segment.SYN)).isFalse();
    assertThat(in.payload.remaining()).isEqualTo(2);
    assertThat(in.seq).isEqualTo(0xFEDC_BA98 + 2);
    in.trimBack(2);
    assertThat(in.has(Segment.FIN)).isFalse();
    assertThat(in.payload.remaining()).isEqualTo(1);
  }

  @Test
  void aResetTellsItsReasonAndOthersDataIsIgnored() {
    for (ResetReason reason : ResetReason.values()) {
      ByteBuffer payload = ByteBuffer.allocate(16);
      reason.write(payload);
      assertThat(ResetReason.read(payload.flip())).isEqualTo(reason);
    }
    assertThat(ResetReason.read(ByteBuffer.wrap(new byte[] {'L', 'm', 'p', 99})))
        .isEqualTo(ResetReason.NONE);
    assertThat(
            ResetReason.read(
                ByteBuffer.wrap("go away".getBytes(java.nio.charset.StandardCharsets.US_ASCII))))
        .isEqualTo(ResetReason.NONE);
  }
}

package io.limpet.link.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.Bytes;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.identity.Signatures;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BeatCodecTest {
  private final long seed = Long.getLong("limpet.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final NodeIdentity identity = NodeIdentity.generate(random);

  BeatCodecTest() {
    System.out.println("BeatCodecTest limpet.seed=" + seed);
  }

  private byte[] randomBeat() {
    long sequence = Integer.toUnsignedLong(random.nextInt());
    Hello.Kind kind = random.nextBoolean() ? Hello.Kind.HELLO : Hello.Kind.GOODBYE;
    return bytes(
        new Beat(
            random.nextLong(), sequence, kind, HelloCodecTest.randomTidings(random, sequence)));
  }

  private byte[] bytes(Beat beat) {
    ByteBuf encoded = BeatCodec.encode(beat, identity, UnpooledByteBufAllocator.DEFAULT);
    byte[] bytes = new byte[encoded.readableBytes()];
    encoded.readBytes(bytes);
    encoded.release();
    return bytes;
  }

  private boolean isAccepted(byte[] bytes, Bytes key) {
    BeatCodec.Candidate candidate = BeatCodec.peek(Unpooled.wrappedBuffer(bytes));
    return candidate != null && candidate.isSignedBy(key, Signatures::verify);
  }

  @Test
  void whatIsEncodedIsDecoded() {
    for (int i = 0; i < 200; i++) {
      byte[] bytes = randomBeat();
      BeatCodec.Candidate candidate = BeatCodec.peek(Unpooled.wrappedBuffer(bytes));
      assertThat(candidate).isNotNull();
      assertThat(bytes(candidate.beat())).isEqualTo(bytes);
    }
    assertThat(isAccepted(randomBeat(), identity.signingKey())).isTrue();
  }

  @Test
  void everyByteIsUnderTheSignatureAndNoPrefixAndNoExtensionIsABeat() {
    byte[] bytes = randomBeat();
    for (int i = 0; i < bytes.length; i++) {
      byte[] forged = bytes.clone();
      forged[i] ^= (byte) (1 << random.nextInt(8));
      assertThat(isAccepted(forged, identity.signingKey())).as("byte %d", i).isFalse();
      assertThat(isAccepted(Arrays.copyOf(bytes, i), identity.signingKey())).isFalse();
      assertThat(isAccepted(Arrays.copyOf(bytes, bytes.length + i + 1), identity.signingKey()))
          .isFalse();
    }
  }

  @Test
  void theQuietBeatOfALargeMeshIsAThirdOfAHello() {
    Tidings quiet =
        new Tidings(24_000, 65, List.of(1, 2, 3, 4, 5, 6), List.of(), HeardFilter.silent());
    assertThat(bytes(new Beat(1, 1, Hello.Kind.HELLO, quiet))).hasSize(97);
  }

  @Test
  void theLargestBeatFits() {
    assertThat(bytes(new Beat(1, 9, Hello.Kind.HELLO, HelloCodecTest.largestTidings(9))))
        .hasSizeLessThanOrEqualTo(400);
  }

  @Test
  void rubbishIsNeverAnExceptionAndNeverAccepted() {
    for (int round = 0; round < 100; round++) {
      byte[] bytes = randomBeat();
      for (int i = 0; i < 200; i++) {
        byte[] mutated = Arrays.copyOf(bytes, i % 3 == 0 ? random.nextInt(500) : bytes.length);
        for (int j = random.nextInt(6); j >= 0 && mutated.length > 0; j--) {
          mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
        }
        BeatCodec.Candidate candidate = BeatCodec.peek(Unpooled.wrappedBuffer(mutated));
        if (candidate != null && i % 50 == 1 && !Arrays.equals(mutated, bytes)) {
          assertThat(candidate.isSignedBy(identity.signingKey(), Signatures::verify)).isFalse();
        }
      }
    }
  }

  @Test
  void whoIsHeardIsNeverLackingAndWhoIsNotSoonIs() {
    for (int size : new int[] {0, 1, 2, 10, 64, 200, 512}) {
      List<Long> heard = LongStream.generate(random::nextLong).limit(size).boxed().toList();
      long other = random.nextLong();
      int noticed = 0;
      for (int salt = 0; salt < 200; salt++) {
        HeardFilter filter = HeardFilter.of(salt, heard);
        assertThat(filter.bits().length()).isBetween(1, HeardFilter.MAX_BYTES);
        assertThat(heard).noneMatch(filter::lacks);
        noticed += filter.lacks(other) ? 1 : 0;
      }
      assertThat(noticed).as("of 200, among %d", size).isGreaterThan(size > 200 ? 50 : 140);
    }
    assertThat(HeardFilter.silent().states()).isFalse();
    assertThat(HeardFilter.silent().lacks(1)).isFalse();
  }
}

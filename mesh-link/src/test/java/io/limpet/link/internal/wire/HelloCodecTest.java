package io.limpet.link.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.link.Bytes;
import io.limpet.link.internal.identity.NodeIdentity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelloCodecTest {
  private final Random random = new Random(7);
  private final NodeIdentity identity = NodeIdentity.generate(random);

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void whatIsEncodedIsDecoded(long seed) throws Exception {
    Hello hello = randomHello(new Random(seed));
    HelloCodec.Candidate candidate = (HelloCodec.Candidate) HelloCodec.peek(encode(hello));
    assertThat(candidate.hello()).isEqualTo(hello);
    assertThat(candidate.sender()).isEqualTo(identity.address());
    assertThat(candidate.verify()).isEqualTo(new HelloCodec.Authentic(hello, identity.address()));
  }

  @Test
  void theLargestHelloStaysInItsBound() throws Exception {
    List<InetAddress> addresses = new ArrayList<>();
    for (int i = 0; i < Hello.MAX_ADDRESSES; i++) {
      addresses.add(InetAddress.getByName("fe80::" + (i + 1)));
    }
    Hello largest =
        new Hello(
            identity.signingKey(),
            identity.noiseKey(),
            "n".repeat(64),
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Hello.Kind.GOODBYE,
            Bytes.of(new byte[8]),
            addresses,
            65535,
            Bytes.of(new byte[400]),
            largestTidings(Long.MAX_VALUE));
    ByteBuf datagram = encode(largest);
    assertThat(datagram.readableBytes()).isLessThanOrEqualTo(HelloCodec.MAX_BYTES);
    assertThat(((HelloCodec.Candidate) HelloCodec.peek(datagram)).hello()).isEqualTo(largest);
  }

  @Test
  void peekMovesNoIndexAndKeepsNoBytes() throws Exception {
    ByteBuf datagram = Unpooled.wrappedBuffer(Unpooled.copyInt(1), encode(randomHello(random)));
    datagram.skipBytes(4);
    HelloCodec.Candidate candidate = (HelloCodec.Candidate) HelloCodec.peek(datagram);
    assertThat(datagram.readerIndex()).isEqualTo(4);
    for (int i = 0; i < datagram.capacity(); i++) {
      datagram.setByte(i, 0);
    }
    assertThat(candidate.verify()).isInstanceOf(HelloCodec.Authentic.class);
  }

  @Test
  void everyByteIsUnderTheSignature() throws Exception {
    byte[] bytes = bytes(encode(randomHello(random)));
    for (int i = 0; i < bytes.length; i++) {
      byte[] forged = bytes.clone();
      forged[i] ^= (byte) (1 << random.nextInt(8));
      assertThat(isAccepted(forged)).as("byte %d", i).isFalse();
    }
  }

  @Test
  void anotherCannotSignInOnesName() throws Exception {
    NodeIdentity other = NodeIdentity.generate(random);
    Hello hello = randomHello(random);
    assertThatThrownBy(() -> HelloCodec.encode(hello, other, UnpooledByteBufAllocator.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noPrefixAndNoExtensionOfAHelloIsOne() throws Exception {
    byte[] bytes = bytes(encode(randomHello(random)));
    for (int length = 0; length < bytes.length + 80; length++) {
      if (length != bytes.length) {
        assertThat(isAccepted(Arrays.copyOf(bytes, length))).as("length %d", length).isFalse();
      }
    }
    assertThat(HelloCodec.peek(Unpooled.wrappedBuffer(new byte[100_000])))
        .isEqualTo(new HelloCodec.Malformed("hello too long"));
  }

  @Test
  void anotherVersionIsAnotherDatagram() throws Exception {
    byte[] bytes = bytes(encode(randomHello(random)));
    bytes[0] |= 0x10;
    assertThat(HelloCodec.peek(Unpooled.wrappedBuffer(bytes)))
        .isInstanceOf(HelloCodec.Malformed.class);
    assertThat(DatagramType.of((byte) 0x11)).isEqualTo(DatagramType.UNKNOWN);
    assertThat(DatagramType.of((byte) 0xF1)).isEqualTo(DatagramType.UNKNOWN);
    assertThat(DatagramType.of(DatagramType.firstByte(DatagramType.DATA)))
        .isEqualTo(DatagramType.DATA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "bell\u0007", "two\nlines", "\u001b[2Jclear", "right\u202Eto left", "\u0085"})
  void namesThatWouldForgeATerminalAreRefused(String nickname) {
    assertThat(HelloCodec.isNickname(nickname)).isFalse();
    assertThatThrownBy(() -> encode(named(nickname))).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Zoë", "山田 太郎", "می\u200cخواهم", "👩\u200d🚀"})
  void namesOfAllPeoplesAreTaken(String nickname) throws Exception {
    assertThat(((HelloCodec.Candidate) HelloCodec.peek(encode(named(nickname)))).hello().nickname())
        .isEqualTo(nickname);
  }

  @Test
  void aNameOfControlCharactersIsRefusedOnTheAirToo() throws Exception {
    byte[] bytes = bytes(encode(named("plain")));
    bytes[HelloCodec.FIXED_BYTES + 2] = 0x1B;
    assertThat(HelloCodec.peek(Unpooled.wrappedBuffer(bytes)))
        .isEqualTo(new HelloCodec.Malformed("nickname with a control character"));
    bytes[HelloCodec.FIXED_BYTES + 2] = (byte) 0xC0;
    assertThat(HelloCodec.peek(Unpooled.wrappedBuffer(bytes)))
        .isEqualTo(new HelloCodec.Malformed("nickname not UTF-8"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"224.0.0.251", "0.0.0.0", "ff02::1", "::"})
  void addressesThatAreNobodysAreRefused(String address) throws Exception {
    Hello hello = withAddresses(List.of(InetAddress.getByName(address)));
    assertThatThrownBy(() -> encode(hello)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anAddressHasOneFormOnly() throws Exception {
    Hello hello = withAddresses(List.of(InetAddress.getByName("fe80::1")));
    byte[] bytes = bytes(encode(hello));
    // The same sixteen bytes as an IPv4-mapped address.
    int at = bytes.length - 64 - 7 - 2 - 16;
    byte[] mapped = new byte[16];
    mapped[10] = (byte) 0xFF;
    mapped[11] = (byte) 0xFF;
    mapped[12] = 10;
    mapped[15] = 1;
    System.arraycopy(mapped, 0, bytes, at, 16);
    assertThat(HelloCodec.peek(Unpooled.wrappedBuffer(bytes)))
        .isEqualTo(new HelloCodec.Malformed("address not usable"));
  }

  @Test
  void rubbishIsNeverAnExceptionAndNeverAccepted() throws Exception {
    long seed = Long.getLong("limpet.seed", System.nanoTime());
    System.out.println("HelloCodecTest limpet.seed=" + seed);
    Random mutations = new Random(seed);
    for (int round = 0; round < 40; round++) {
      byte[] whole = bytes(encode(randomHello(mutations)));
      for (int i = 0; i < 500; i++) {
        byte[] mutated = mutate(mutations, whole);
        boolean same = Arrays.equals(mutated, whole);
        HelloCodec.Peek peek = HelloCodec.peek(Unpooled.wrappedBuffer(mutated));
        // The signature is checked for a share only: it costs more than all the rest.
        if (!same && peek instanceof HelloCodec.Candidate candidate && i % 25 == 0) {
          assertThat(candidate.verify()).as("seed %d", seed).isInstanceOf(HelloCodec.Forged.class);
        }
      }
    }
  }

  private static byte[] mutate(Random random, byte[] whole) {
    byte[] bytes = whole.clone();
    switch (random.nextInt(5)) {
      case 0 -> {
        bytes = new byte[random.nextInt(1400)];
        random.nextBytes(bytes);
        if (bytes.length > 0) {
          bytes[0] = DatagramType.HELLO;
        }
      }
      case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(1300));
      // The lengths and counts are where a parser goes wrong.
      case 2 -> bytes[84 + random.nextInt(bytes.length - 84)] = (byte) random.nextInt(256);
      case 3 -> {
        int at = random.nextInt(bytes.length);
        Arrays.fill(
            bytes, at, Math.min(bytes.length, at + random.nextInt(20)), (byte) random.nextInt());
      }
      default -> {
        for (int i = random.nextInt(8); i >= 0; i--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
    }
    return bytes;
  }

  private static boolean isAccepted(byte[] bytes) {
    return HelloCodec.peek(Unpooled.wrappedBuffer(bytes)) instanceof HelloCodec.Candidate candidate
        && candidate.verify() instanceof HelloCodec.Authentic;
  }

  private ByteBuf encode(Hello hello) {
    return HelloCodec.encode(hello, identity, UnpooledByteBufAllocator.DEFAULT);
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    buffer.release();
    return bytes;
  }

  private Hello named(String nickname) {
    return hello(nickname, List.of());
  }

  private Hello withAddresses(List<InetAddress> addresses) {
    return hello("nick", addresses);
  }

  private Hello hello(String nickname, List<InetAddress> addresses) {
    return new Hello(
        identity.signingKey(),
        identity.noiseKey(),
        nickname,
        1,
        0,
        Hello.Kind.HELLO,
        null,
        addresses,
        1,
        Bytes.EMPTY,
        new Tidings(0, 0, List.of(), List.of(), HeardFilter.silent()));
  }

  private Hello randomHello(Random source) throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (int i = source.nextInt(Hello.MAX_ADDRESSES + 1); i > 0; i--) {
      byte[] ip = new byte[source.nextBoolean() ? 4 : 16];
      source.nextBytes(ip);
      ip[0] = 10;
      addresses.add(InetAddress.getByAddress(ip));
    }
    byte[] mac = new byte[source.nextBoolean() ? 6 : 8];
    source.nextBytes(mac);
    byte[] announcement = new byte[source.nextInt(401)];
    source.nextBytes(announcement);
    long sequence = source.nextLong(Long.MAX_VALUE);
    return new Hello(
        identity.signingKey(),
        identity.noiseKey(),
        "nick" + source.nextInt(),
        1 + source.nextLong(Long.MAX_VALUE),
        sequence,
        source.nextBoolean() ? Hello.Kind.HELLO : Hello.Kind.GOODBYE,
        source.nextInt(4) == 0 ? null : Bytes.of(mac),
        List.copyOf(addresses),
        1 + source.nextInt(65535),
        Bytes.of(announcement),
        randomTidings(source, sequence));
  }

  static Tidings randomTidings(Random source, long sequence) {
    List<Long> heard = source.longs(source.nextInt(250)).boxed().toList();
    return new Tidings(
        10L * source.nextInt(65536),
        source.nextInt(65536),
        source.ints(source.nextInt(Tidings.MAX_MISSED + 1), 0, 65536).boxed().toList(),
        source
            .longs(source.nextInt(Tidings.MAX_ASKS + 1))
            .mapToObj(subject -> new Tidings.Ask(kind(source), subject))
            .toList(),
        source.nextInt(3) == 0 ? HeardFilter.silent() : HeardFilter.of(sequence, heard));
  }

  private static Tidings.Ask.Kind kind(Random source) {
    return source.nextBoolean() ? Tidings.Ask.Kind.ALIVE : Tidings.Ask.Kind.WHO;
  }

  static Tidings largestTidings(long sequence) {
    return new Tidings(
        Tidings.MAX_NEXT_MS,
        65535,
        Collections.nCopies(Tidings.MAX_MISSED, 65535),
        Collections.nCopies(
            Tidings.MAX_ASKS, new Tidings.Ask(Tidings.Ask.Kind.WHO, Long.MIN_VALUE)),
        HeardFilter.of(sequence, LongStream.range(0, 500).boxed().toList()));
  }
}

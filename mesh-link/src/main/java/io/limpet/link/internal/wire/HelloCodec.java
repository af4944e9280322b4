package io.limpet.link.internal.wire;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshLink;
import io.limpet.link.internal.identity.Digests;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.identity.OrchidV2;
import io.limpet.link.internal.identity.Signatures;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hellos to bytes and back. Decoding has two steps so that a flood of rubbish costs little: {@link
 * #peek} looks at structure and bounds and does no cryptography, so that the caller can drop what
 * is old before {@link Candidate#verify} spends time on the signature.
 *
 * <p>Layout: {@code docs/wire-format.md}. Safe for any thread.
 */
public final class HelloCodec {
  /** Largest hello in bytes: fits one frame of every medium. */
  public static final int MAX_BYTES = 1200;

  /** Longest nickname, in bytes of UTF-8. */
  public static final int MAX_NICKNAME_BYTES = 64;

  static final int FIXED_BYTES = 84;
  static final int MIN_BYTES =
      FIXED_BYTES + 6 + TidingsCodec.MIN_BYTES + Signatures.SIGNATURE_BYTES;

  private static final int KEYS_AT = 2;
  private static final int SEQUENCE_AT = 74;
  private static final String LABEL = "limpet hello v1";
  static final int KEY_BYTES = 32;
  private static final int KEY_OFFSET = 2;
  private static final int MAC48_BYTES = 6;
  private static final int MAC64_BYTES = 8;

  private HelloCodec() {}

  /** What {@link #peek} found. */
  public sealed interface Peek permits Candidate, Malformed {}

  /**
   * Well-formed, and claimed by its sender; proven only by {@link #verify}.
   *
   * @param hello what it claims
   * @param sender the address of the key that it must be signed with
   * @param profile what its short hellos name it by
   * @param signed the bytes under the signature
   * @param signature as received
   */
  public record Candidate(
      Hello hello, MeshAddress sender, long profile, Bytes signed, Bytes signature)
      implements Peek {
    /** Checks the signature; about a tenth of a millisecond. */
    public Verdict verify() {
      return verify(Signatures::verify);
    }

    /** Checks the signature by this means. */
    public Verdict verify(SignatureCheck check) {
      boolean authentic =
          check.verify(hello.signingKey().toArray(), LABEL, signed.toArray(), signature.toArray());
      return authentic ? new Authentic(hello, sender) : new Forged();
    }
  }

  /**
   * Not a hello that this code understands.
   *
   * @param reason one of a few constants, fit to count by
   */
  public record Malformed(String reason) implements Peek {}

  /** What {@link Candidate#verify} found. */
  public sealed interface Verdict permits Authentic, Forged {}

  /**
   * Signed by the identity it names.
   *
   * @param hello its contents
   * @param sender the address of that identity
   */
  public record Authentic(Hello hello, MeshAddress sender) implements Verdict {}

  /** Not signed by the identity it names. */
  public record Forged() implements Verdict {}

  /**
   * Encodes and signs a hello.
   *
   * @return a buffer that the caller owns
   * @throws IllegalArgumentException if the hello breaks a bound, or is not this identity's
   */
  public static ByteBuf encode(Hello hello, NodeIdentity identity, ByteBufAllocator allocator) {
    if (!hello.signingKey().equals(identity.signingKey())) {
      throw new IllegalArgumentException("a hello is signed by the identity that it names");
    }
    byte[] body = encodeBody(hello);
    byte[] signature = identity.sign(LABEL, body);
    ByteBuf out = allocator.buffer(body.length + signature.length);
    return out.writeBytes(body).writeBytes(signature);
  }

  /**
   * Returns the address of the key that a hello claims to be signed with, or null when it is too
   * short for one: all that is needed to tell whether it is worth a look.
   */
  public static @Nullable MeshAddress claimedSender(ByteBuf datagram) {
    if (datagram.readableBytes() < KEY_OFFSET + KEY_BYTES) {
      return null;
    }
    byte[] key = new byte[KEY_BYTES];
    datagram.getBytes(datagram.readerIndex() + KEY_OFFSET, key);
    return OrchidV2.addressOf(Bytes.of(key));
  }

  /**
   * Parses without checking the signature. Reads all readable bytes and moves no index; keeps no
   * reference to the buffer.
   */
  public static Peek peek(ByteBuf datagram) {
    int length = datagram.readableBytes();
    if (length < MIN_BYTES) {
      return new Malformed("hello too short");
    }
    if (length > MAX_BYTES) {
      return new Malformed("hello too long");
    }
    if (DatagramType.of(datagram.getByte(datagram.readerIndex())) != DatagramType.HELLO) {
      return new Malformed("not a hello of this version");
    }
    byte[] bytes = new byte[length];
    datagram.getBytes(datagram.readerIndex(), bytes);
    int bodyLength = length - Signatures.SIGNATURE_BYTES;
    HelloParser parser = new HelloParser(ByteBuffer.wrap(bytes, 0, bodyLength));
    Hello hello = parser.parse();
    if (hello == null) {
      return new Malformed(parser.flaw());
    }
    ByteBuffer whole = ByteBuffer.wrap(bytes);
    return new Candidate(
        hello,
        OrchidV2.addressOf(hello.signingKey()),
        profileOf(bytes, parser.profileEnd()),
        take(whole, bodyLength),
        take(whole, Signatures.SIGNATURE_BYTES));
  }

  /** Returns what the short hellos of a hello's profile name it by. */
  public static long profileOf(Hello hello) {
    Tidings none = new Tidings(0, 0, List.of(), List.of(), HeardFilter.silent());
    byte[] body = encodeBody(hello.at(0, Hello.Kind.HELLO, none));
    return profileOf(body, body.length - TidingsCodec.MIN_BYTES);
  }

  /** All but kind, sequence and tidings, whose places come before, between and behind. */
  private static long profileOf(byte[] hello, int end) {
    MessageDigest sha256 = Digests.sha256();
    sha256.update(hello, KEYS_AT, SEQUENCE_AT - KEYS_AT);
    sha256.update(hello, SEQUENCE_AT + Long.BYTES, end - SEQUENCE_AT - Long.BYTES);
    return ByteBuffer.wrap(sha256.digest()).getLong();
  }

  private static byte[] encodeBody(Hello hello) {
    byte[] nickname = hello.nickname().getBytes(StandardCharsets.UTF_8);
    Bytes mac = hello.mac() == null ? Bytes.EMPTY : hello.mac();
    require(hello.signingKey().length() == KEY_BYTES, "a signing key has 32 bytes");
    require(hello.noiseKey().length() == KEY_BYTES, "a Noise key has 32 bytes");
    require(isNickname(hello.nickname()), "a nickname has 1 to 64 bytes and no control character");
    require(isMacLength(mac.length()), "a MAC has 6 or 8 bytes");
    require(hello.ipAddresses().size() <= Hello.MAX_ADDRESSES, "too many addresses");
    require(hello.epoch() > 0 && hello.sequence() >= 0, "epoch and sequence are positive");
    require(hello.unicastPort() >= 1 && hello.unicastPort() <= 0xFFFF, "a port is 1 to 65535");
    require(
        hello.announcement().length() <= MeshLink.MAX_ANNOUNCEMENT_BYTES,
        "an announcement has at most 400 bytes");
    ByteBuf out = Unpooled.buffer(MAX_BYTES);
    out.writeByte(DatagramType.firstByte(DatagramType.HELLO));
    out.writeByte(hello.kind() == Hello.Kind.GOODBYE ? 1 : 0);
    out.writeBytes(hello.signingKey().toArray()).writeBytes(hello.noiseKey().toArray());
    out.writeLong(hello.epoch()).writeLong(hello.sequence()).writeShort(hello.unicastPort());
    out.writeByte(nickname.length).writeBytes(nickname);
    out.writeByte(mac.length()).writeBytes(mac.toArray());
    out.writeByte(hello.ipAddresses().size());
    for (InetAddress ip : hello.ipAddresses()) {
      require(isUsable(ip), "an address of a hello is a unicast address");
      byte[] bytes = ip.getAddress();
      out.writeByte(bytes.length).writeBytes(bytes);
    }
    out.writeShort(hello.announcement().length()).writeBytes(hello.announcement().toArray());
    TidingsCodec.write(hello.tidings(), out);
    byte[] body = new byte[out.readableBytes()];
    out.readBytes(body);
    return body;
  }

  /** Says whether a nickname may travel: 1 to 64 bytes of UTF-8 without control characters. */
  public static boolean isNickname(String nickname) {
    int length = nickname.getBytes(StandardCharsets.UTF_8).length;
    return length >= 1
        && length <= MAX_NICKNAME_BYTES
        && nickname.codePoints().noneMatch(HelloCodec::isForbidden);
  }

  // Control and direction-changing characters let a name forge the terminal line that it is
  // printed on; lone surrogates have no UTF-8.
  private static boolean isForbidden(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          codePoint != ZERO_WIDTH_JOINER && codePoint != ZERO_WIDTH_NON_JOINER;
      default -> false;
    };
  }

  // Needed to write several languages, and most emoji.
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;

  static boolean isMacLength(int length) {
    return length == 0 || length == MAC48_BYTES || length == MAC64_BYTES;
  }

  static boolean isUsable(InetAddress ip) {
    return !ip.isMulticastAddress() && !ip.isAnyLocalAddress();
  }

  static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  static Bytes take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return Bytes.of(bytes);
  }
}

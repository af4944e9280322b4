package io.limpet.link.internal.wire;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshLink;
import io.limpet.link.internal.identity.NodeIdentity;
import io.limpet.link.internal.identity.OrchidV2;
import io.limpet.link.internal.identity.Signatures;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
  static final int MIN_BYTES = FIXED_BYTES + 6 + 1 + Signatures.SIGNATURE_BYTES;

  private static final String LABEL = "limpet hello v1";
  private static final int KEY_BYTES = 32;
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int MAC48_BYTES = 6;
  private static final int MAC64_BYTES = 8;
  private static final int HEARD_BYTES = 9;
  private static final int ALL_CARRIERS = 0x0F;

  private HelloCodec() {}

  /** What {@link #peek} found. */
  public sealed interface Peek permits Candidate, Malformed {}

  /**
   * Well-formed, and claimed by its sender; proven only by {@link #verify}.
   *
   * @param hello what it claims
   * @param sender the address of the key that it must be signed with
   * @param signed the bytes under the signature
   * @param signature as received
   */
  public record Candidate(Hello hello, MeshAddress sender, Bytes signed, Bytes signature)
      implements Peek {
    /** Checks the signature; about a tenth of a millisecond. */
    public Verdict verify() {
      boolean authentic =
          Signatures.verify(
              hello.signingKey().toArray(), LABEL, signed.toArray(), signature.toArray());
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
    Parser parser = new Parser(ByteBuffer.wrap(bytes, 0, bodyLength));
    Hello hello = parser.parse();
    if (hello == null) {
      return new Malformed(parser.flaw);
    }
    ByteBuffer whole = ByteBuffer.wrap(bytes);
    return new Candidate(
        hello,
        OrchidV2.addressOf(hello.signingKey()),
        take(whole, bodyLength),
        take(whole, Signatures.SIGNATURE_BYTES));
  }

  private static byte[] encodeBody(Hello hello) {
    byte[] nickname = hello.nickname().getBytes(StandardCharsets.UTF_8);
    Bytes mac = hello.mac() == null ? Bytes.EMPTY : hello.mac();
    require(hello.signingKey().length() == KEY_BYTES, "a signing key has 32 bytes");
    require(hello.noiseKey().length() == KEY_BYTES, "a Noise key has 32 bytes");
    require(isNickname(hello.nickname()), "a nickname has 1 to 64 bytes and no control character");
    require(isMacLength(mac.length()), "a MAC has 6 or 8 bytes");
    require(hello.ipAddresses().size() <= Hello.MAX_ADDRESSES, "too many addresses");
    require(hello.heard().size() <= Hello.MAX_HEARD, "too many heard peers");
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
    out.writeByte(hello.heard().size());
    for (Hello.Heard heard : hello.heard()) {
      out.writeLong(heard.peer()).writeByte(carrierBits(heard.carriers()));
    }
    out.writeShort(hello.announcement().length()).writeBytes(hello.announcement().toArray());
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

  private static boolean isMacLength(int length) {
    return length == 0 || length == MAC48_BYTES || length == MAC64_BYTES;
  }

  private static boolean isUsable(InetAddress ip) {
    return !ip.isMulticastAddress() && !ip.isAnyLocalAddress();
  }

  private static int carrierBits(Set<Carrier> carriers) {
    int bits = 0;
    for (Carrier carrier : carriers) {
      bits |= carrierBit(carrier);
    }
    return bits;
  }

  private static int carrierBit(Carrier carrier) {
    return switch (carrier) {
      case UNICAST_IPV4 -> 1;
      case UNICAST_IPV6 -> 2;
      case MULTICAST_IPV4 -> 4;
      case MULTICAST_IPV6 -> 8;
    };
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static Bytes take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return Bytes.of(bytes);
  }

  /** One pass over the signed part; the first flaw ends it. */
  private static final class Parser {
    private final ByteBuffer in;
    private String flaw = "hello truncated";

    Parser(ByteBuffer in) {
      this.in = in;
    }

    @Nullable Hello parse() {
      in.get();
      int kind = in.get();
      if (kind != 0 && kind != 1) {
        return flawed("unknown kind of hello");
      }
      Bytes signingKey = take(in, KEY_BYTES);
      Bytes noiseKey = take(in, KEY_BYTES);
      long epoch = in.getLong();
      long sequence = in.getLong();
      int port = Short.toUnsignedInt(in.getShort());
      if (epoch <= 0 || sequence < 0 || port == 0) {
        return flawed("number out of range");
      }
      String nickname = nickname();
      Bytes mac = nickname == null ? null : mac();
      List<InetAddress> addresses = mac == null ? null : addresses();
      List<Hello.Heard> heard = addresses == null ? null : heard();
      Bytes announcement = heard == null ? null : announcement();
      if (nickname == null
          || mac == null
          || addresses == null
          || heard == null
          || announcement == null) {
        return null;
      }
      return new Hello(
          signingKey,
          noiseKey,
          nickname,
          epoch,
          sequence,
          kind == 1 ? Hello.Kind.GOODBYE : Hello.Kind.HELLO,
          mac.length() == 0 ? null : mac,
          addresses,
          port,
          heard,
          announcement);
    }

    private @Nullable String nickname() {
      int length = count();
      if (length < 1 || length > MAX_NICKNAME_BYTES) {
        return flawed("nickname out of range");
      }
      if (in.remaining() < length) {
        return flawed("hello truncated");
      }
      ByteBuffer encoded = in.slice(in.position(), length);
      in.position(in.position() + length);
      try {
        String nickname = StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
        return isNickname(nickname) ? nickname : flawed("nickname with a control character");
      } catch (CharacterCodingException e) {
        return flawed("nickname not UTF-8");
      }
    }

    private @Nullable Bytes mac() {
      int length = count();
      if (!isMacLength(length) || in.remaining() < length) {
        return flawed("MAC out of range");
      }
      return take(in, length);
    }

    private @Nullable List<InetAddress> addresses() {
      int count = count();
      if (count < 0 || count > Hello.MAX_ADDRESSES) {
        return flawed("number of addresses out of range");
      }
      List<InetAddress> addresses = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        int length = count();
        if ((length != IPV4_BYTES && length != IPV6_BYTES) || in.remaining() < length) {
          return flawed("address out of range");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        InetAddress ip = internetAddress(bytes);
        // An IPv4-mapped address has a shorter form and would not encode to the same bytes.
        if (ip == null || !isUsable(ip) || ip.getAddress().length != length) {
          return flawed("address not usable");
        }
        addresses.add(ip);
      }
      return List.copyOf(addresses);
    }

    private @Nullable List<Hello.Heard> heard() {
      int count = count();
      if (count < 0 || count > Hello.MAX_HEARD || in.remaining() < count * HEARD_BYTES) {
        return flawed("number of heard peers out of range");
      }
      List<Hello.Heard> heard = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        long peer = in.getLong();
        int bits = Byte.toUnsignedInt(in.get());
        if ((bits & ~ALL_CARRIERS) != 0) {
          return flawed("unknown carrier");
        }
        Set<Carrier> carriers = EnumSet.noneOf(Carrier.class);
        for (Carrier carrier : Carrier.values()) {
          if ((bits & carrierBit(carrier)) != 0) {
            carriers.add(carrier);
          }
        }
        heard.add(new Hello.Heard(peer, Collections.unmodifiableSet(carriers)));
      }
      return List.copyOf(heard);
    }

    private @Nullable Bytes announcement() {
      if (in.remaining() < Short.BYTES) {
        return flawed("hello truncated");
      }
      int length = Short.toUnsignedInt(in.getShort());
      if (length > MeshLink.MAX_ANNOUNCEMENT_BYTES || in.remaining() != length) {
        return flawed("announcement out of range");
      }
      return take(in, length);
    }

    private int count() {
      return in.hasRemaining() ? Byte.toUnsignedInt(in.get()) : -1;
    }

    private <T> @Nullable T flawed(String what) {
      flaw = what;
      return null;
    }

    private static @Nullable InetAddress internetAddress(byte[] bytes) {
      try {
        return InetAddress.getByAddress(bytes);
      } catch (UnknownHostException e) {
        return null;
      }
    }
  }
}

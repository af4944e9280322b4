package io.limpet.link.internal.wire;

import io.limpet.link.Bytes;
import io.limpet.link.MeshLink;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the signed part of a hello, of at least {@link HelloCodec#MIN_BYTES} less the
 * signature. The first flaw ends it.
 */
final class HelloParser {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final String TRUNCATED = "hello truncated";

  private final ByteBuffer in;
  private final List<InetAddress> addresses = new ArrayList<>();
  private String nickname = "";
  private Bytes mac = Bytes.EMPTY;
  private Bytes announcement = Bytes.EMPTY;
  private String flaw = "";
  private int profileEnd;

  HelloParser(ByteBuffer in) {
    this.in = in;
  }

  /** Returns the hello, or null when there is a {@link #flaw}. */
  @Nullable Hello parse() {
    in.get();
    int kind = in.get();
    Bytes signingKey = HelloCodec.take(in, HelloCodec.KEY_BYTES);
    Bytes noiseKey = HelloCodec.take(in, HelloCodec.KEY_BYTES);
    long epoch = in.getLong();
    long sequence = in.getLong();
    int port = Short.toUnsignedInt(in.getShort());
    if ((kind & ~1) != 0 || epoch <= 0 || sequence < 0 || port == 0) {
      flaw = "number out of range";
      return null;
    }
    if (!nickname() || !mac() || !addresses() || !announcement()) {
      return null;
    }
    profileEnd = in.position();
    Tidings tidings = TidingsCodec.read(in, sequence);
    if (tidings == null) {
      flaw = "tidings out of range";
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
        List.copyOf(addresses),
        port,
        announcement,
        tidings);
  }

  /** Returns where the profile ends and the tidings begin. */
  int profileEnd() {
    return profileEnd;
  }

  /** Returns what is wrong: one of a few constants. */
  String flaw() {
    return flaw;
  }

  private boolean nickname() {
    int length = count();
    if (length < 1 || length > HelloCodec.MAX_NICKNAME_BYTES) {
      return flawed("nickname out of range");
    }
    if (in.remaining() < length) {
      return flawed(TRUNCATED);
    }
    ByteBuffer encoded = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      nickname = StandardCharsets.UTF_8.newDecoder().decode(encoded).toString();
    } catch (CharacterCodingException e) {
      return flawed("nickname not UTF-8");
    }
    return HelloCodec.isNickname(nickname) || flawed("nickname with a control character");
  }

  private boolean mac() {
    int length = count();
    if (!HelloCodec.isMacLength(length) || in.remaining() < length) {
      return flawed("MAC out of range");
    }
    mac = HelloCodec.take(in, length);
    return true;
  }

  private boolean addresses() {
    int count = count();
    if (count < 0 || count > Hello.MAX_ADDRESSES) {
      return flawed("number of addresses out of range");
    }
    for (int i = 0; i < count; i++) {
      int length = count();
      if ((length != IPV4_BYTES && length != IPV6_BYTES) || in.remaining() < length) {
        return flawed("address out of range");
      }
      byte[] bytes = new byte[length];
      in.get(bytes);
      InetAddress ip = internetAddress(bytes);
      // An IPv4-mapped address has a shorter form and would not encode to the same bytes.
      if (ip == null || !HelloCodec.isUsable(ip) || ip.getAddress().length != length) {
        return flawed("address not usable");
      }
      addresses.add(ip);
    }
    return true;
  }

  private boolean announcement() {
    if (in.remaining() < Short.BYTES) {
      return flawed(TRUNCATED);
    }
    int length = Short.toUnsignedInt(in.getShort());
    if (length > MeshLink.MAX_ANNOUNCEMENT_BYTES || in.remaining() < length) {
      return flawed("announcement out of range");
    }
    announcement = HelloCodec.take(in, length);
    return true;
  }

  private int count() {
    return in.hasRemaining() ? Byte.toUnsignedInt(in.get()) : -1;
  }

  private boolean flawed(String what) {
    flaw = what;
    return false;
  }

  private static @Nullable InetAddress internetAddress(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      return null;
    }
  }
}

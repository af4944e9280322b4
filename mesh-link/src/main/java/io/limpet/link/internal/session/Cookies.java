package io.limpet.link.internal.session;

import io.limpet.link.internal.wire.DatagramType;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Proofs that a sender hears at the address that it sends from, without memory of any sender: a
 * cookie is an HMAC of the address under a secret that changes every two minutes, as in WireGuard.
 * That of the two minutes before is accepted too, so that no cookie dies on its way. Not
 * thread-safe.
 */
final class Cookies {
  /** First byte, flags, receiver index, echo, cookie. */
  static final int ANSWER_BYTES = 1 + 1 + 4 + Cookies.ECHO_BYTES + HandshakeMacs.BYTES;

  /** So many bytes of the ephemeral key come back: who has not heard them cannot answer. */
  static final int ECHO_BYTES = 16;

  static final long SECRET_NS = TimeUnit.SECONDS.toNanos(120);

  private static final int SECRET_BYTES = 32;
  private static final int INDEX_OFFSET = 2;
  private static final int ECHO_OFFSET = INDEX_OFFSET + 4;
  private static final int COOKIE_OFFSET = ECHO_OFFSET + ECHO_BYTES;

  private final HandshakeMacs macs;
  private final RandomGenerator random;
  private final byte[] secret = new byte[SECRET_BYTES];
  private final byte[] secretBefore = new byte[SECRET_BYTES];
  private boolean started;
  private long drawnNs;

  Cookies(HandshakeMacs macs, RandomGenerator random) {
    this.macs = macs;
    this.random = random;
  }

  /** Makes the answer to a first datagram that brought no cookie. */
  byte[] answer(long nowNs, byte[] init, int place, InetSocketAddress source) {
    refresh(nowNs);
    ByteBuffer out = ByteBuffer.allocate(ANSWER_BYTES);
    out.put(DatagramType.firstByte(DatagramType.COOKIE)).put((byte) 0);
    out.put(init, INDEX_OFFSET, Integer.BYTES);
    out.put(init, HandshakeFormat.INIT_HEADER_BYTES, ECHO_BYTES);
    return out.put(cookie(secret, place, source), 0, HandshakeMacs.BYTES).array();
  }

  /** Says whether a first datagram carries the cookie of where it came from. */
  boolean isProven(long nowNs, byte[] init, int place, InetSocketAddress source) {
    int offset = init.length - HandshakeMacs.BYTES;
    boolean any = false;
    for (int i = offset; i < init.length; i++) {
      any |= init[i] != 0;
    }
    if (!any) {
      return false;
    }
    refresh(nowNs);
    return macs.isRight(cookie(secret, place, source), init, offset)
        || macs.isRight(cookie(secretBefore, place, source), init, offset);
  }

  /** Says whether an answer is one to this first datagram. */
  static boolean answers(byte[] answer, byte[] init) {
    int from = HandshakeFormat.INIT_HEADER_BYTES;
    return Arrays.equals(answer, ECHO_OFFSET, COOKIE_OFFSET, init, from, from + ECHO_BYTES);
  }

  /** Returns a first datagram with the cookie of an answer. */
  byte[] withCookie(byte[] init, byte[] answer) {
    byte[] repeated = init.clone();
    byte[] cookie = Arrays.copyOfRange(answer, COOKIE_OFFSET, ANSWER_BYTES);
    macs.write(cookie, repeated, repeated.length - HandshakeMacs.BYTES);
    return repeated;
  }

  private byte[] cookie(byte[] key, int place, InetSocketAddress source) {
    byte[] address = source.getAddress().getAddress();
    ByteBuffer bound = ByteBuffer.allocate(Integer.BYTES + Short.BYTES + address.length);
    bound.putInt(place).putShort((short) source.getPort()).put(address);
    return Arrays.copyOf(macs.mac(key, bound.array(), bound.capacity()), HandshakeMacs.BYTES);
  }

  private void refresh(long nowNs) {
    boolean old = !started || nowNs - drawnNs >= 2 * SECRET_NS;
    if (old) {
      random.nextBytes(secret);
    }
    if (old || nowNs - drawnNs >= SECRET_NS) {
      System.arraycopy(secret, 0, secretBefore, 0, SECRET_BYTES);
      random.nextBytes(secret);
      drawnNs = nowNs;
      started = true;
    }
  }
}

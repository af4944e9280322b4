package io.limpet.link.internal.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The short proofs on handshake datagrams: HMAC-SHA-256, cut to 16 bytes. They cost a hundredth of
 * a Diffie-Hellman, and so decide whether one is worth it. Not thread-safe.
 */
final class HandshakeMacs {
  /** Length of a proof, in bytes. */
  static final int BYTES = 16;

  private static final byte[] PAIR_LABEL =
      "limpet handshake mac v1".getBytes(StandardCharsets.US_ASCII);

  private final Mac hmac;

  HandshakeMacs() {
    try {
      hmac = Mac.getInstance("HmacSHA256");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has HMAC-SHA-256", e);
    }
  }

  /**
   * Derives the key that only two nodes have from the shared secret of their static keys, which it
   * overwrites.
   */
  byte[] pairKey(byte[] sharedSecret) {
    byte[] key = mac(PAIR_LABEL, sharedSecret, sharedSecret.length);
    Arrays.fill(sharedSecret, (byte) 0);
    return key;
  }

  /** Returns the whole HMAC of the beginning of an array. */
  byte[] mac(byte[] key, byte[] data, int length) {
    try {
      hmac.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("an HMAC takes any key", e);
    }
    hmac.update(data, 0, length);
    return hmac.doFinal();
  }

  /** Writes the proof of all that comes before an offset to that offset. */
  void write(byte[] key, byte[] datagram, int offset) {
    System.arraycopy(mac(key, datagram, offset), 0, datagram, offset, BYTES);
  }

  /** Says whether the proof at an offset is that of all that comes before. */
  boolean isRight(byte[] key, byte[] datagram, int offset) {
    byte[] expected = Arrays.copyOf(mac(key, datagram, offset), BYTES);
    return MessageDigest.isEqual(expected, Arrays.copyOfRange(datagram, offset, offset + BYTES));
  }
}

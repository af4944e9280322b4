package io.limpet.link.internal.identity;

import io.limpet.link.Bytes;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** An X25519 key pair (RFC 7748) that keeps its private half to itself. Safe for any thread. */
public final class X25519KeyPair {
  /** Length of keys and shared secrets, in bytes. */
  public static final int BYTES = 32;

  private final byte[] privateKey;
  private final byte[] publicKey = new byte[BYTES];

  private X25519KeyPair(byte[] privateKey) {
    this.privateKey = privateKey;
    X25519.generatePublicKey(privateKey, 0, publicKey, 0);
  }

  /** Makes the pair of a private key (32 bytes; clamped when used). */
  public static X25519KeyPair of(byte[] privateKey) {
    if (privateKey.length != BYTES) {
      throw new IllegalArgumentException("an X25519 key has 32 bytes, not " + privateKey.length);
    }
    return new X25519KeyPair(privateKey.clone());
  }

  /** Draws a new pair; the generator must be a cryptographic one outside simulations. */
  public static X25519KeyPair generate(RandomGenerator random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new X25519KeyPair(bytes);
  }

  /** Returns the public key. */
  public Bytes publicKey() {
    return Bytes.of(publicKey);
  }

  /** Copies the public key. */
  public void writePublicKey(byte[] out, int offset) {
    System.arraycopy(publicKey, 0, out, offset, BYTES);
  }

  /**
   * Computes the shared secret with another public key.
   *
   * @return false when the result is all zero, that is when the other key is a point of small order
   *     and the secret is no secret (RFC 7748 section 6.1); {@code out} then holds zeros
   */
  public boolean agree(byte[] otherPublicKey, int offset, byte[] out) {
    return X25519.calculateAgreement(privateKey, 0, otherPublicKey, offset, out, 0);
  }

  /** Overwrites the private key; the pair is useless afterwards. */
  public void destroy() {
    Arrays.fill(privateKey, (byte) 0);
  }
}

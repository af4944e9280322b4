package io.limpet.link.internal.identity;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 (RFC 8032) with a label in front of every message, so that a signature made for one
 * purpose can never pass for another. Safe for any thread.
 */
public final class Signatures {
  /** Length of a signature in bytes. */
  public static final int SIGNATURE_BYTES = 64;

  /** Length of a public key in bytes. */
  public static final int KEY_BYTES = 32;

  private Signatures() {}

  /** Verifies a signature over a label and a message; false for anything malformed. */
  public static boolean verify(byte[] publicKey, String label, byte[] message, byte[] signature) {
    if (publicKey.length != KEY_BYTES || signature.length != SIGNATURE_BYTES) {
      return false;
    }
    byte[] labelled = labelled(label, message);
    return Ed25519.verify(signature, 0, publicKey, 0, labelled, 0, labelled.length);
  }

  static byte[] sign(byte[] seed, byte[] publicKey, String label, byte[] message) {
    byte[] labelled = labelled(label, message);
    byte[] signature = new byte[SIGNATURE_BYTES];
    Ed25519.sign(seed, 0, publicKey, 0, labelled, 0, labelled.length, signature, 0);
    return signature;
  }

  // The zero byte ends the label: no label is then a prefix of another label with its message.
  private static byte[] labelled(String label, byte[] message) {
    byte[] prefix = label.getBytes(StandardCharsets.US_ASCII);
    byte[] result = new byte[prefix.length + 1 + message.length];
    System.arraycopy(prefix, 0, result, 0, prefix.length);
    System.arraycopy(message, 0, result, prefix.length + 1, message.length);
    return result;
  }
}

package io.limpet.link.internal.session;

import io.limpet.link.internal.identity.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The SymmetricState and CipherState objects of the Noise specification (revision 34, sections 5.1
 * and 5.2) for AESGCM and SHA256. Field names are the specification's.
 */
final class SymmetricState {
  static final int HASH_BYTES = 32;
  static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;

  private byte[] h;
  private byte[] ck;
  private byte @Nullable [] k;
  private long n;

  SymmetricState(String protocolName) {
    byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
    h = name.length <= HASH_BYTES ? Arrays.copyOf(name, HASH_BYTES) : sha256(name, new byte[0]);
    ck = h.clone();
  }

  private SymmetricState(SymmetricState other) {
    h = other.h;
    ck = other.ck;
    k = other.k;
    n = other.n;
  }

  // Every step replaces the arrays and changes none in place, so sharing them is safe.
  SymmetricState copy() {
    return new SymmetricState(this);
  }

  void mixKey(byte[] inputKeyMaterial) {
    byte[][] outputs = hkdf(ck, inputKeyMaterial);
    ck = outputs[0];
    k = outputs[1];
    n = 0;
  }

  void mixHash(byte[] data) {
    h = sha256(h, data);
  }

  byte[] handshakeHash() {
    return h.clone();
  }

  /** Encrypts under the running key with the hash as associated data; mixes in the ciphertext. */
  byte[] encryptAndHash(byte[] plaintext) {
    byte[] ciphertext;
    try {
      ciphertext = cipher(Cipher.ENCRYPT_MODE).doFinal(plaintext);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("AES-GCM encrypts anything of this size", e);
    }
    n++;
    mixHash(ciphertext);
    return ciphertext;
  }

  /** Returns the plaintext, or null when the tag is wrong. */
  byte @Nullable [] decryptAndHash(byte[] ciphertext) {
    byte[] plaintext;
    try {
      plaintext = cipher(Cipher.DECRYPT_MODE).doFinal(ciphertext);
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("AES-GCM fails for a wrong tag only", e);
    }
    n++;
    mixHash(ciphertext);
    return plaintext;
  }

  /** Returns the keys of the two directions: the initiator's sending key first. */
  byte[][] split() {
    return hkdf(ck, new byte[0]);
  }

  void destroy() {
    Arrays.fill(ck, (byte) 0);
    if (k != null) {
      Arrays.fill(k, (byte) 0);
    }
  }

  private Cipher cipher(int mode) throws GeneralSecurityException {
    byte[] key = k;
    if (key == null) {
      throw new IllegalStateException("the pattern mixes a key before it encrypts");
    }
    // AESGCM: 32 zero bits, then n in big-endian order (section 12.4).
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(n).array();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(h);
    return cipher;
  }

  private static byte[] sha256(byte[] first, byte[] second) {
    MessageDigest digest = Digests.sha256();
    digest.update(first);
    return digest.digest(second);
  }

  // HKDF of section 4.3 with two outputs.
  private static byte[][] hkdf(byte[] chainingKey, byte[] inputKeyMaterial) {
    byte[] temporary = hmac(chainingKey, inputKeyMaterial);
    byte[] first = hmac(temporary, new byte[] {1});
    byte[] firstAndTwo = Arrays.copyOf(first, HASH_BYTES + 1);
    firstAndTwo[HASH_BYTES] = 2;
    return new byte[][] {first, hmac(temporary, firstAndTwo)};
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has HmacSHA256", e);
    }
  }
}

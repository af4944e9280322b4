package io.limpet.link.internal.session;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM in one direction under one key. The nonce is the path number in 32 bits and the
 * counter of that path in 64, so that no two datagrams under one key share a nonce. Heap arrays
 * throughout: the JDK's intrinsics are fastest there. Not thread-safe.
 */
public final class TransportCipher {
  /** Length of a tag, in bytes. */
  public static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;
  private static final int COUNTER_OFFSET = 4;

  private final int mode;
  private final Cipher cipher;
  private final SecretKeySpec key;
  private final byte[] nonce = new byte[NONCE_BYTES];

  private TransportCipher(int mode, byte[] key) {
    this.mode = mode;
    this.key = new SecretKeySpec(key, "AES");
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has AES-GCM", e);
    }
  }

  /** Makes one that seals, under a key of 32 bytes. */
  public static TransportCipher sealing(byte[] key) {
    return new TransportCipher(Cipher.ENCRYPT_MODE, key);
  }

  /** Makes one that opens, under a key of 32 bytes. */
  public static TransportCipher opening(byte[] key) {
    return new TransportCipher(Cipher.DECRYPT_MODE, key);
  }

  /**
   * Seals {@code in}, which must be another array than {@code out}: for overlapping regions the JDK
   * allocates a copy of the whole array.
   */
  public void seal(
      int pathNumber,
      long counter,
      byte[] in,
      int inOffset,
      int length,
      byte[] out,
      int headerOffset,
      int headerLength) {
    try {
      start(pathNumber, counter);
      cipher.updateAAD(out, headerOffset, headerLength);
      cipher.doFinal(in, inOffset, length, out, headerOffset + headerLength);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("a counter is used once, and the array is long enough", e);
    }
  }

  /**
   * Opens the sealed part of {@code in}, which begins after its header.
   *
   * @return whether it is authentic
   */
  public boolean open(
      int pathNumber,
      long counter,
      byte[] in,
      int headerLength,
      int length,
      byte[] out,
      int outOffset) {
    try {
      start(pathNumber, counter);
      cipher.updateAAD(in, 0, headerLength);
      cipher.doFinal(in, headerLength, length - headerLength, out, outOffset);
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("AES-GCM fails for a wrong tag only", e);
    }
  }

  private void start(int pathNumber, long counter) throws GeneralSecurityException {
    for (int i = 0; i < COUNTER_OFFSET; i++) {
      nonce[i] = (byte) (pathNumber >>> (Byte.SIZE * (COUNTER_OFFSET - 1 - i)));
    }
    for (int i = 0; i < Long.BYTES; i++) {
      nonce[COUNTER_OFFSET + i] = (byte) (counter >>> (Byte.SIZE * (Long.BYTES - 1 - i)));
    }
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
  }
}

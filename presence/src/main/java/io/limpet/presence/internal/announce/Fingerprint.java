package io.limpet.presence.internal.announce;

import io.limpet.link.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The short name of a public key: the first 128 bits of its SHA-256, in lower-case hexadecimal. */
public final class Fingerprint {
  private static final int BYTES = 16;
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  private Fingerprint() {}

  /** Returns the fingerprint of a key. */
  public static String of(Bytes key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.toArray());
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  static boolean isFingerprint(String text) {
    return FORM.matcher(text).matches();
  }
}

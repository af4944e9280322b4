package io.limpet.presence.internal.service;

import io.limpet.link.Bytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The digits that two people read to each other: 25 of them, in groups of five, so that they need
 * no alphabet in common and can be said over a telephone.
 *
 * <p>Somebody in between needs two keys of their own that make the same digits towards both sides.
 * By the birthday paradox that is some 10^12.5 attempts; each costs 200,000 rounds of HMAC-SHA-256
 * (PBKDF2, RFC 8018), together about 2^60 computations of SHA-256. Both true keys are in each
 * attempt, so nothing can be computed before the two victims are chosen.
 */
final class AuthenticationString {
  private static final int GROUPS = 5;
  private static final int GROUP_DIGITS = 5;
  private static final BigInteger RANGE = BigInteger.TEN.pow(GROUPS * GROUP_DIGITS);
  private static final int ROUNDS = 200_000;
  private static final int BITS = 192; // So many more than the digits hold that none is likelier.
  private static final byte[] SALT =
      "limpet short authentication string 1".getBytes(StandardCharsets.US_ASCII);

  private AuthenticationString() {}

  /** Returns the digits of two keys, whichever is first. */
  static String of(Bytes one, Bytes other) {
    String a = one.toString();
    String b = other.toString();
    char[] keys = (a.compareTo(b) <= 0 ? a + b : b + a).toCharArray();
    byte[] derived;
    try {
      derived =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(new PBEKeySpec(keys, SALT, ROUNDS, BITS))
              .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has PBKDF2 with SHA-256", e);
    }
    String digits = new BigInteger(1, derived).mod(RANGE).add(RANGE).toString().substring(1);
    StringBuilder grouped = new StringBuilder(digits);
    for (int group = GROUPS - 1; group > 0; group--) {
      grouped.insert(group * GROUP_DIGITS, ' ');
    }
    return grouped.toString();
  }
}

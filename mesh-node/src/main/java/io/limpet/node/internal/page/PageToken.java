package io.limpet.node.internal.page;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What the page's URL has and nobody can guess: 128 random bits, new in each life of the node.
 *
 * @param text in hexadecimal
 */
record PageToken(String text) {
  private static final int BYTES = 16;

  static PageToken fresh() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return new PageToken(HexFormat.of().formatHex(random));
  }

  /** Says whether this is it, in a time that does not tell how much of it is right. */
  boolean is(String guess) {
    return MessageDigest.isEqual(
        text.getBytes(StandardCharsets.UTF_8), guess.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "PageToken[…]";
  }
}

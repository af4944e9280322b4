package io.limpet.node.internal.streams;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What two nodes say to each other before a stream is the programs' own. The question is a version,
 * a length and so many letters, digits and hyphens: a port or a name. The answer is a version and
 * 0, or why not.
 */
final class StreamProtocol {
  /** The mesh port at which a node answers while something is exposed. */
  static final int PORT = 18;

  static final int VERSION = 1;

  /** The stream is open: what follows is the programs' own. */
  static final int OPEN = 0;

  static final int ANSWER_BYTES = 2;

  /** A service's name has at most so many characters (RFC 6335 section 5.1). */
  static final int MAX_NAME = 15;

  /** A port, or a name of RFC 6335. */
  private static final Pattern SERVICE =
      Pattern.compile(
          "[1-9][0-9]{0,4}|(?=[0-9-]*[a-z])[a-z0-9](?:[a-z0-9]|-(?!-)){0,13}[a-z0-9]|[a-z]");

  private StreamProtocol() {}

  /** Says whether it is a port, 1 to 65535, or the name of a service. */
  static boolean isService(String text) {
    return SERVICE.matcher(text).matches() && (!isNumber(text) || Integer.parseInt(text) <= 65_535);
  }

  /** Says whether a service is a port and not a name. */
  static boolean isNumber(String service) {
    return service.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  static void writeQuestion(ByteBuf out, String service) {
    out.writeByte(VERSION).writeByte(service.length());
    out.writeCharSequence(service, StandardCharsets.US_ASCII);
  }

  static void writeAnswer(ByteBuf out, int code) {
    out.writeByte(VERSION).writeByte(code);
  }
}

package io.limpet.node.internal.cli;

import java.util.OptionalInt;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A TCP port of this machine, 0 for any that is free, or none; a type of its own, for picocli wraps
 * an optional value whose option may stand alone into another one.
 *
 * @param number empty for none
 */
record PagePort(OptionalInt number) {
  static final PagePort OFF = new PagePort(OptionalInt.empty());

  private static final String OFF_WORD = "off";
  private static final int HIGHEST = 65_535;

  /** What may stand before the port, though it is nowhere else. */
  private static final Pattern LOOPBACK = Pattern.compile("^(127\\.0\\.0\\.1|localhost):(?=\\d)");

  /** Says it as a person writes it. */
  @Override
  public String toString() {
    return number.isPresent() ? Integer.toString(number.getAsInt()) : OFF_WORD;
  }

  /** Reads it. */
  static final class Converter implements ITypeConverter<PagePort> {
    @Override
    public PagePort convert(String text) {
      if (text.equals(OFF_WORD)) {
        return OFF;
      }
      String number = LOOPBACK.matcher(text).replaceFirst("");
      try {
        int port = Integer.parseInt(number);
        if (port >= 0 && port <= HIGHEST) {
          return new PagePort(OptionalInt.of(port));
        }
      } catch (NumberFormatException e) {
        // Said below: it is no port either.
      }
      throw new TypeConversionException(
          "the page is for browsers of this machine: a port (1 to 65535, 0 for any that is free),"
              + " 127.0.0.1:PORT, or off, not '"
              + text
              + "'");
    }
  }
}

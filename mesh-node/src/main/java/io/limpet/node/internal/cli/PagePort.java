package io.limpet.node.internal.cli;

import java.util.OptionalInt;
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
      try {
        int port = Integer.parseInt(text);
        if (port >= 0 && port <= HIGHEST) {
          return new PagePort(OptionalInt.of(port));
        }
      } catch (NumberFormatException e) {
        // Said below: it is no port either.
      }
      throw new TypeConversionException(
          "the page's port is 1 to 65535, 0 for any that is free, or off, not '" + text + "'");
    }
  }
}

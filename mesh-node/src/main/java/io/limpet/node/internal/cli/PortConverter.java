package io.limpet.node.internal.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A port that can be used, 1 to 65535. */
final class PortConverter implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below: it is no port either.
    }
    throw new TypeConversionException("a port is 1 to 65535, not '" + text + "'");
  }
}

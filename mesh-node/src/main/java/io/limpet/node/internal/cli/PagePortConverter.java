package io.limpet.node.internal.cli;

import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a TCP port of this machine, 0 for any that is free, or {@code off}. */
final class PagePortConverter implements ITypeConverter<Optional<Integer>> {
  @Override
  public Optional<Integer> convert(String text) {
    if (text.equals("off")) {
      return Optional.empty();
    }
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return Optional.of(port);
      }
    } catch (NumberFormatException e) {
      // Said below: it is no port either.
    }
    throw new TypeConversionException(
        "the page's port is 1 to 65535, 0 for any that is free, or off, not '" + text + "'");
  }
}

package io.limpet.node.internal.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads where the helper daemon listens, or {@code off} for none. */
final class LinkdPathConverter implements ITypeConverter<Optional<Path>> {
  @Override
  public Optional<Path> convert(String text) {
    if (text.equals("off")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(text).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'" + text + "' is neither a path nor off");
    }
  }
}

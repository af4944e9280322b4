package io.limpet.node.internal.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads where the helper daemon listens, or {@code off} for none: null, for an empty Optional. */
final class LinkdPathConverter implements ITypeConverter<Path> {
  @Override
  public @Nullable Path convert(String text) {
    if (text.equals("off")) {
      return null;
    }
    try {
      return Path.of(text).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'" + text + "' is neither a path nor off");
    }
  }
}

package io.limpet.node.internal.cli;

import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code http://collector:4318/v1/metrics} or {@code off}. */
final class CollectorConverter implements ITypeConverter<Optional<URI>> {
  @Override
  public Optional<URI> convert(String text) {
    if (text.equals("off")) {
      return Optional.empty();
    }
    try {
      URI url = URI.create(text);
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (isHttp && url.getHost() != null) {
        return Optional.of(url);
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new TypeConversionException(
        "'" + text + "' is not a collector: write http://HOST:4318/v1/metrics, or off");
  }
}

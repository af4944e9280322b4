package io.limpet.node.internal.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads {@code http://collector:4318/v1/metrics}, the same without the path, which is the standard
 * one then, or {@code off}: null, for an empty Optional.
 */
final class CollectorConverter implements ITypeConverter<URI> {
  private static final String STANDARD_PATH = "/v1/metrics";

  @Override
  public @Nullable URI convert(String text) {
    if (text.equals("off")) {
      return null;
    }
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw no(text);
    }
    boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!isHttp || url.getHost() == null || url.getFragment() != null) {
      throw no(text);
    }
    if (url.getUserInfo() != null) {
      // It would stand in the journal, in bundles and in what 'limpet config' prints.
      throw new TypeConversionException(
          "a collector's URL has no password: set OTEL_EXPORTER_OTLP_HEADERS in the environment");
    }
    boolean hasPath = !url.getPath().isEmpty() && !url.getPath().equals("/");
    return hasPath ? url : url.resolve(STANDARD_PATH);
  }

  private static TypeConversionException no(String text) {
    return new TypeConversionException(
        "'" + text + "' is not a collector: write http://HOST:4318/v1/metrics, or off");
  }
}

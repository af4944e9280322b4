package io.limpet.node.internal.cli;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads how often something is pushed: no oftener than a collector can use. */
final class PushIntervalConverter implements ITypeConverter<Duration> {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofHours(1);

  @Override
  public Duration convert(String text) {
    Duration interval = Durations.parse(text);
    if (interval.compareTo(LEAST) < 0 || interval.compareTo(MOST) > 0) {
      throw new TypeConversionException("an interval is 1s to 1h, not '" + text + "'");
    }
    return interval;
  }
}

package io.limpet.node.internal.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as the report writes them: UTC, as the journals do. */
final class Clock {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private Clock() {}

  static String at(Instant time) {
    return TIME.format(time);
  }

  static String day(Instant time) {
    return DAY.format(time);
  }

  /** Says a small difference: {@code 0.4 ms}, {@code 12 ms}, {@code 3.2 s}, {@code 2.1 h}. */
  static String difference(Duration duration) {
    double ms = Math.abs(duration.toNanos() / 1e6);
    if (ms < 10) {
      return String.format(Locale.ROOT, "%.1f ms", ms);
    }
    if (ms < 1_000) {
      return String.format(Locale.ROOT, "%.0f ms", ms);
    }
    double seconds = ms / 1_000;
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    return seconds < 7_200
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3_600);
  }
}

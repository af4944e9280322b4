package io.limpet.node.internal.explain;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Times as people say them, seen from one moment.
 *
 * @param now the moment
 * @param zone whose clock is meant
 */
public record Times(Instant now, ZoneId zone) {
  private static final DateTimeFormatter TODAY =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter ANOTHER_DAY =
      DateTimeFormatter.ofPattern("d MMM HH:mm:ss", Locale.ENGLISH);

  /** Says a time of day, with the day when it is not today. */
  public String at(Instant time) {
    ZonedDateTime there = time.atZone(zone);
    boolean today = there.toLocalDate().equals(now.atZone(zone).toLocalDate());
    return (today ? TODAY : ANOTHER_DAY).format(there);
  }

  /** Says how long ago a moment was. */
  public String since(Instant time) {
    return span(Duration.between(time, now));
  }

  /** Says a duration: {@code 0.4 s}, {@code 37 s}, {@code 12 min}, {@code 5 h}, {@code 3 d}. */
  public static String span(Duration duration) {
    long ms = Math.max(0, duration.toMillis());
    if (ms < 9_950) {
      return String.format(Locale.ROOT, "%.1f s", ms / 1_000.0);
    }
    long seconds = Math.round(ms / 1_000.0);
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 6_000) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
  }

  /** Says how long before the event something was, by the evidence, which may be {@code never}. */
  static String ago(String ageMs) {
    String age = age(ageMs);
    return age.equals(ageMs) ? age : age + " before";
  }

  /** Says milliseconds of the evidence; what is no number stays as it is. */
  static String age(String ageMs) {
    try {
      return span(Duration.ofMillis(Long.parseLong(ageMs)));
    } catch (NumberFormatException e) {
      return ageMs;
    }
  }
}

package io.limpet.node.internal.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Round numbers and times for axes. */
final class Ticks {
  private static final long[] STEPS_MS = {
    1,
    2,
    5,
    10,
    20,
    50,
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    1_800_000,
    3_600_000,
    7_200_000,
    21_600_000,
    43_200_000,
    86_400_000
  };

  private Ticks() {}

  /** Returns round times, at most so many. */
  static List<Instant> times(Instant from, Instant to, int most) {
    long spanMs = Math.max(1, Duration.between(from, to).toMillis());
    long step = STEPS_MS[STEPS_MS.length - 1];
    for (long candidate : STEPS_MS) {
      if (spanMs / candidate <= most) {
        step = candidate;
        break;
      }
    }
    step = Math.max(step, spanMs / most);
    List<Instant> times = new ArrayList<>();
    long first = Math.floorDiv(from.toEpochMilli() + step - 1, step) * step;
    for (long at = first; at <= to.toEpochMilli() && times.size() <= most; at += step) {
      times.add(Instant.ofEpochMilli(at));
    }
    return times;
  }

  /** Returns a time as an axis has it: as exact as its ticks are near each other. */
  static String label(Instant time, Duration span) {
    String whole = Clock.at(time);
    if (span.toMillis() < 10_000) {
      return whole.substring(3);
    }
    return span.toHours() < 6
        ? whole.substring(0, 8)
        : Clock.day(time).replaceFirst(" [0-9]{4}$", "") + " " + whole.substring(0, 5);
  }

  /** Returns the distance of round numbers from 0 to a maximum. */
  static double step(double max, int most) {
    double rough = Math.max(max, 1e-9) / most;
    double decade = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double factor : new double[] {1, 2, 5}) {
      if (factor * decade >= rough) {
        return factor * decade;
      }
    }
    return 10 * decade;
  }

  /** Returns a number without needless digits. */
  static String number(double value) {
    if (value >= 1_000_000) {
      return trimmed(value / 1_000_000) + " M";
    }
    return value >= 10_000 ? trimmed(value / 1_000) + " k" : trimmed(value);
  }

  private static String trimmed(double value) {
    String text = String.format(Locale.ROOT, value < 0.1 ? "%.5f" : "%.3f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}

package io.limpet.rig.internal.bench.result;

import java.util.Locale;

/**
 * Something that a workload measures.
 *
 * @param key what result files call it
 * @param title what tables call it
 * @param unit empty for a pure number
 * @param decimals how exactly it is printed
 * @param higherIsBetter which way is good
 */
public record Metric(String key, String title, String unit, int decimals, boolean higherIsBetter) {
  /** Prints a value; a dash stands for none, and "never" for one without end. */
  public String print(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    return Double.isInfinite(value)
        ? "never"
        : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** Returns the title with its unit. */
  public String heading() {
    return unit.isEmpty() ? title : title + ", " + unit;
  }
}

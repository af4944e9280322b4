package io.limpet.rig.internal.demo;

import java.io.PrintWriter;
import java.util.Locale;

/** Tells a person what happens, with the seconds since the beginning. Safe for any thread. */
final class Story {
  private final PrintWriter out;
  private final long startNs = System.nanoTime();
  private final boolean silent;

  Story(PrintWriter out, boolean silent) {
    this.out = out;
    this.silent = silent;
  }

  synchronized void title(String text) {
    if (!silent) {
      out.println();
      out.println(text);
    }
  }

  synchronized void tell(String text) {
    if (!silent) {
      double seconds = (System.nanoTime() - startNs) / 1e9;
      out.println(String.format(Locale.ROOT, "%7.2f s  %s", seconds, text));
    }
  }

  synchronized void plain(String text) {
    if (!silent) {
      out.println(text);
    }
  }

  static String ms(double value) {
    return value < 10_000
        ? String.format(Locale.ROOT, "%.0f ms", value)
        : String.format(Locale.ROOT, "%.1f s", value / 1000);
  }
}

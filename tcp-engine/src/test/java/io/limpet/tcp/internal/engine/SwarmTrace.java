package io.limpet.tcp.internal.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.function.Supplier;

/** The last moments of a world, one line each; nothing unless somebody will read it. */
final class SwarmTrace {
  private static final int LINES = Integer.getInteger("limpet.trace", 150);

  private final boolean on;
  private final Deque<String> lines = new ArrayDeque<>();

  SwarmTrace(boolean on) {
    this.on = on;
  }

  void note(long sinceStartNs, Supplier<String> what) {
    if (!on) {
      return;
    }
    if (lines.size() == LINES) {
      lines.removeFirst();
    }
    lines.add(String.format(Locale.ROOT, "%12.6f %s", sinceStartNs / 1e9, what.get()));
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}

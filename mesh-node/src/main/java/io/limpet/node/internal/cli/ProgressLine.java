package io.limpet.node.internal.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Shows on standard error how far something is that takes longer than two seconds; on a terminal
 * only, and nothing is left of it when it ends. Safe for any thread.
 *
 * <pre>{@code
 * try (ProgressLine progress = ProgressLine.start(err, "sending", () -> sent / (double) total)) {
 *   …
 * }
 * }</pre>
 */
final class ProgressLine implements AutoCloseable {
  /** What is over sooner needs no progress. */
  static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(2);

  private static final long TICK_MS = 250;
  private static final int BAR_COLUMNS = 30;
  private static final String ERASE = "\r\033[K";

  private final PrintWriter err;
  private final String what;
  private final DoubleSupplier fraction;
  private final long startNs;
  private boolean drawn;
  private boolean closed;

  ProgressLine(PrintWriter err, String what, DoubleSupplier fraction, long nowNs) {
    this.err = err;
    this.what = what;
    this.fraction = fraction;
    this.startNs = nowNs;
  }

  /**
   * Begins.
   *
   * @param fraction how much is done, 0..1, or NaN where nobody knows; asked from another thread
   */
  static ProgressLine start(PrintWriter err, String what, DoubleSupplier fraction) {
    ProgressLine line = new ProgressLine(err, what, fraction, System.nanoTime());
    if (Terminal.isOnStandardError()) {
      Thread thread = new Thread(() -> line.tickUntilClosed(System::nanoTime), "limpet-progress");
      thread.setDaemon(true);
      thread.start();
    }
    return line;
  }

  /** Begins something whose duration is known, in milliseconds; 0 where nobody knows. */
  static ProgressLine timed(PrintWriter err, String what, long expectedMs) {
    long startNs = System.nanoTime();
    return start(
        err,
        what,
        () -> expectedMs <= 0 ? Double.NaN : (System.nanoTime() - startNs) / 1e6 / expectedMs);
  }

  private synchronized void tickUntilClosed(LongSupplier clock) {
    try {
      while (!closed) {
        tick(clock.getAsLong());
        wait(TICK_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Draws the line if it is time for it. */
  synchronized void tick(long nowNs) {
    if (!closed && nowNs - startNs >= PATIENCE_NS) {
      err.print(ERASE + line(what, fraction.getAsDouble(), nowNs - startNs));
      err.flush();
      drawn = true;
    }
  }

  /** Returns the line: within the columns of a terminal, so that it can be drawn over. */
  static String line(String what, double fraction, long elapsedNs) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(elapsedNs);
    String time = seconds < 60 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    String name = Terminal.shorten(what, Terminal.COLUMNS - BAR_COLUMNS - 26);
    if (Double.isNaN(fraction)) {
      return name + "  " + time;
    }
    double done = Math.max(0, Math.min(1, fraction));
    int filled = (int) (done * BAR_COLUMNS);
    return String.format(
        Locale.ROOT,
        "%s  [%s%s] %3d %%  %s",
        name,
        "#".repeat(filled),
        " ".repeat(BAR_COLUMNS - filled),
        (int) (done * 100),
        time);
  }

  /** Takes the line away. Idempotent. */
  @Override
  public synchronized void close() {
    if (!closed && drawn) {
      err.print(ERASE);
      err.flush();
    }
    closed = true;
    notifyAll();
  }
}

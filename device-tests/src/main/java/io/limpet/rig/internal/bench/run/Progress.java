package io.limpet.rig.internal.bench.run;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Tells a waiting person how far it is. Safe for any thread. */
public final class Progress {
  private final PrintWriter out;
  private final Duration expected;
  private final long startNs = System.nanoTime();
  private Duration done = Duration.ZERO;

  /** Says how long it will take. */
  public Progress(PrintWriter out, Duration expected) {
    this.out = out;
    this.expected = expected;
    out.printf(Locale.ROOT, "bench: takes about %s%n", minutes(expected));
  }

  /** A part of what was expected is over. */
  public synchronized void did(Duration part) {
    done = done.plus(part);
  }

  /** Something was found. */
  public synchronized void found(String words) {
    out.printf(Locale.ROOT, "[%s left] %s%n", minutes(left()), words);
    out.flush();
  }

  /** What is left at the pace so far: a busy machine takes longer than was expected. */
  private Duration left() {
    long spentNs = System.nanoTime() - startNs;
    long leftNs = Math.max(0, expected.minus(done).toNanos());
    double pace = done.isZero() ? 1 : Math.max(1, (double) spentNs / done.toNanos());
    return Duration.ofNanos(Math.round(leftNs * pace));
  }

  private static String minutes(Duration time) {
    return time.toMinutes() > 0
        ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
        : time.toSeconds() + " s";
  }
}

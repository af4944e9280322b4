package io.limpet.rig.internal.bench.run;

import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.workload.Workload;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Tells a waiting person how far it is. Safe for any thread. */
final class Progress {
  private final PrintWriter out;
  private final Duration expected;
  private final long startNs = System.nanoTime();
  private Duration done = Duration.ZERO;

  Progress(PrintWriter out, Duration expected) {
    this.out = out;
    this.expected = expected;
    out.printf(Locale.ROOT, "bench: takes about %s%n", minutes(expected));
  }

  /** A part of what was expected is over. */
  synchronized void did(Duration part) {
    done = done.plus(part);
  }

  synchronized void found(Workload workload, Run run) {
    Metric first =
        workload.metrics().stream()
            .filter(metric -> run.values().containsKey(metric.key()))
            .findFirst()
            .orElse(workload.metrics().get(0));
    String what =
        run.failure().isEmpty()
            ? first.title()
                + " "
                + first.print(run.values().getOrDefault(first.key(), Double.NaN))
                + (first.unit().isEmpty() ? "" : " " + first.unit())
            : run.failure();
    out.printf(
        Locale.ROOT,
        "[%s left] %s %s %s %s, seed %d: %s%s%n",
        minutes(left()),
        run.of().workload(),
        run.of().profile(),
        run.of().label(),
        run.contender(),
        run.seed(),
        what,
        run.conditions() != null && run.conditions().disturbed() ? " (disturbed)" : "");
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

package io.limpet.tcp.internal.engine;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Many {@link SwarmWorld}s, on as many threads as there are processors, two at most; a failure
 * tells how to run its seed again. Seeds count from 1, so that a check says the same twice; whoever
 * looks for more sets {@code limpet.swarm.from} to another number, or to {@code now}, and {@code
 * limpet.swarm} to how many.
 */
final class Swarm {
  private static final int MAX_THREADS = 2;
  private static final String REPLAY =
      "mvn -q -B -Dquick -pl tcp-engine -am test -Dtest=SwarmTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dlimpet.trace=1000 -Dlimpet.seed=";

  private record Failure(long seed, Throwable cause) {}

  private Swarm() {}

  /** Runs so many worlds; or one alone, if {@code limpet.seed} names it. */
  static void run(int count) throws Exception {
    Long only = Long.getLong("limpet.seed");
    long first = only != null ? only : firstSeed();
    int worlds = only != null ? 1 : Integer.getInteger("limpet.swarm", count);
    PrintStream out = System.out;
    out.println("swarm: " + worlds + " worlds from seed " + first);
    long startedNs = System.nanoTime();
    int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    AtomicLong next = new AtomicLong();
    AtomicReference<Failure> failed = new AtomicReference<>();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(executor.submit(() -> work(first, worlds, next, failed)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      executor.shutdownNow();
    }
    Failure failure = failed.get();
    if (failure != null) {
      throw new AssertionError(explain(failure, failure.seed - first + 1), failure.cause);
    }
    out.printf("swarm: took %.1f s%n", (System.nanoTime() - startedNs) / 1e9);
  }

  private static long firstSeed() {
    String from = System.getProperty("limpet.swarm.from", "1");
    return from.equals("now") ? System.currentTimeMillis() * 1000 : Long.parseLong(from);
  }

  private static void work(
      long first, int worlds, AtomicLong next, AtomicReference<Failure> failed) {
    for (long i = next.getAndIncrement(); i < worlds; i = next.getAndIncrement()) {
      if (failed.get() != null) {
        return;
      }
      Throwable cause = live(first + i, new SwarmTrace(false));
      if (cause != null) {
        failed.compareAndSet(null, new Failure(first + i, cause));
      }
    }
  }

  @SuppressWarnings("CatchingUnchecked") // whatever it is, it is to be told with its seed
  private static Throwable live(long seed, SwarmTrace trace) {
    try {
      new SwarmWorld(seed, trace).run();
      return null;
    } catch (AssertionError | Exception e) {
      return e;
    }
  }

  /** Runs it once more, now with somebody watching. */
  private static String explain(Failure failure, long number) {
    SwarmTrace trace = new SwarmTrace(true);
    Throwable again = live(failure.seed, trace);
    boolean same =
        again != null && String.valueOf(again.getMessage()).equals(failure.cause.getMessage());
    return String.format(
        "%s%nin world %d%nreplay with: %s%d%n%s%s",
        failure.cause.getMessage(),
        number,
        REPLAY,
        failure.seed,
        trace,
        same ? "" : "\n(it went otherwise when it was run again: " + again + ")");
  }
}

package io.limpet.rig.internal.bench.link;

import io.limpet.node.internal.perf.StreamLog.Arrivals;
import io.limpet.rig.internal.bench.link.Carriage.Way;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Two streams of small messages, one each way, that run while a fault strikes. */
final class TwoWay {
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);
  private static final Duration TO_THE_END = Duration.ofSeconds(15);

  private final Carriage carriage;
  private final Map<Way, CompletableFuture<Integer>> sending = new EnumMap<>(Way.class);

  private TwoWay(Carriage carriage) {
    this.carriage = carriage;
  }

  /** Opens both. */
  static TwoWay begin(Carriage carriage) throws BenchException {
    carriage.forget();
    TwoWay both = new TwoWay(carriage);
    for (Way way : Way.values()) {
      both.sending.put(way, carriage.open(way));
    }
    return both;
  }

  /** Waits until so many messages have arrived each way. */
  void await(int messages, Duration atMost) throws BenchException {
    long deadlineNs = System.nanoTime() + atMost.toNanos();
    for (Way way : Way.values()) {
      while (arrivals(way).arrivedNs().size() < messages) {
        if (System.nanoTime() - deadlineNs >= 0) {
          throw new BenchException("nothing flows before the fault: " + state(way));
        }
        Stand.pause(LOOK_EVERY);
      }
    }
  }

  private String state(Way way) throws BenchException {
    CompletableFuture<Integer> one = sending(way);
    String words = arrivals(way).arrivedNs().size() + " messages";
    if (!one.isCompletedExceptionally()) {
      return words;
    }
    try {
      one.join();
      return words;
    } catch (java.util.concurrent.CompletionException e) {
      return words + ", " + e.getCause();
    }
  }

  CompletableFuture<Integer> sending(Way way) {
    CompletableFuture<Integer> one = sending.get(way);
    if (one == null) {
      throw new IllegalStateException("no stream goes " + way);
    }
    return one;
  }

  /** Returns what has arrived one way; nothing before the stream has begun. */
  Arrivals arrivals(Way way) throws BenchException {
    var all = carriage.arrived(way);
    return all.isEmpty()
        ? new Arrivals(false, "", java.util.List.of(), java.util.List.of())
        : all.get(0);
  }

  /** Returns the later of both ways' first messages after a fault; not a number until there is. */
  double firstMs(Strike strike) throws BenchException {
    double there = Pauses.firstMs(arrivals(Way.THERE), strike);
    return Math.max(there, Pauses.firstMs(arrivals(Way.BACK), strike)); // NaN wins
  }

  /** Returns the longer of both ways' longest pauses. */
  double pauseMs(Strike strike, long untilNs) throws BenchException {
    return Math.max(
        Pauses.longestMs(arrivals(Way.THERE), strike, untilNs),
        Pauses.longestMs(arrivals(Way.BACK), strike, untilNs));
  }

  /** Ends both in order; everything that was sent has then arrived, once, in order, undamaged. */
  void end() throws BenchException {
    for (Way way : Way.values()) {
      carriage.stop(way);
    }
    for (Way way : Way.values()) {
      int sent;
      try {
        sent = sending(way).get(TO_THE_END.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new BenchException(words(way) + " failed: " + e.getMessage(), e);
      } catch (TimeoutException e) {
        throw new BenchException(
            words(way) + " does not come to its end: " + state(way) + " arrived", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchException("interrupted", e);
      }
      Arrivals arrivals = arrivals(way);
      if (!arrivals.fault().isEmpty() || arrivals.arrivedNs().size() != sent) {
        throw new BenchException(
            words(way)
                + " is not whole: "
                + arrivals.arrivedNs().size()
                + " of "
                + sent
                + " messages; "
                + arrivals.fault());
      }
    }
  }

  private static String words(Way way) {
    return way == Way.THERE ? "the stream there" : "the stream back";
  }
}

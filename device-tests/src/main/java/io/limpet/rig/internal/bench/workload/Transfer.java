package io.limpet.rig.internal.bench.workload;

import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Contender;
import io.limpet.rig.internal.bench.stand.Flows;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A sender that sends as fast as it can until it is told to stop, seen from the receiving side. Not
 * for several threads at once.
 */
final class Transfer implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  /** Who has not delivered a byte by then has reached nothing. */
  static final Duration FIRST_BYTE = Duration.ofSeconds(15);

  private static final long END_MS = 5000;
  private static final int LONG_SECONDS = 3600;

  private final Contender contender;
  private final CompletableFuture<?> result;

  private Transfer(Contender contender, CompletableFuture<?> result) {
    this.contender = contender;
    this.result = result;
  }

  /** Begins to send, on so many connections at once. */
  static Transfer begin(Contender contender, int connections) throws BenchException {
    contender.forget(); // an earlier transfer's flows are not this one's
    return new Transfer(
        contender,
        contender.begin("perf.bulk", Map.of("seconds", LONG_SECONDS, "connections", connections)));
  }

  /** Waits for the first byte of the last of so many flows; empty when it does not come in time. */
  Optional<Long> awaitFlows(int count) throws BenchException {
    long deadlineNs = System.nanoTime() + FIRST_BYTE.toNanos();
    Flows flows = contender.received();
    while (flows.all().size() < count) {
      if (System.nanoTime() - deadlineNs >= 0 || result.isDone()) {
        return Optional.empty();
      }
      Stand.pause(LOOK_EVERY);
      flows = contender.received();
    }
    return Optional.of(
        flows.all().stream()
            .map(Flows.Flow::firstNs)
            .reduce((a, b) -> a - b > 0 ? a : b)
            .orElseThrow());
  }

  /** Returns what the receiving side has received so far. */
  Flows received() throws BenchException {
    return contender.received();
  }

  /** Breaks the transfer off, what is unsent is discarded. */
  @Override
  public void close() throws BenchException {
    contender.cancel();
    try {
      result.get(END_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return; // it was broken off, that is what was wanted
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until a moment of {@code System.nanoTime}. */
  static void until(long momentNs) {
    Stand.pause(Duration.ofNanos(Math.max(0, momentNs - System.nanoTime())));
  }
}

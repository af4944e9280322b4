package io.limpet.rig.internal.bench.link;

import io.limpet.rig.TcpProbe;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Stand;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What becomes of two kernels that nobody helps: their streams, and fresh connections. */
final class KernelTrial {
  private static final Duration BEFORE = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration ATTEMPT = Duration.ofSeconds(2);

  /** Between two attempts, when the first was refused at once. */
  private static final Duration BETWEEN = Duration.ofMillis(200);

  private KernelTrial() {}

  /**
   * Watches until data flows and a fresh connection could be made, or the time is up.
   *
   * @param atMost after the fault
   */
  static Map<Figure, Double> measure(Fault fault, Ground ground, Duration atMost)
      throws BenchException {
    try (KernelPair pair = new KernelPair(ground)) {
      TwoWay streams = null;
      Strike strike;
      if (fault.beforeTheyMeet()) {
        strike = fault.strike(pair);
      } else {
        streams = TwoWay.begin(pair);
        streams.await(LimpetTrial.FLOWING, BEFORE);
        fault.prepare(ground);
        strike = fault.strike(pair);
      }
      long deadlineNs = strike.effectiveNs() + atMost.toNanos();
      CompletableFuture<Double> connected = connects(pair, strike, deadlineNs);
      double streamMs = Double.NaN;
      while (System.nanoTime() - deadlineNs < 0
          && (Double.isNaN(streamMs) || !connected.isDone())) {
        if (streams != null && Double.isNaN(streamMs)) {
          streamMs = fault.kernelStreamMs(streams, strike);
        }
        Stand.pause(LOOK_EVERY);
      }
      Map<Figure, Double> found = new EnumMap<>(Figure.class);
      if (streams != null) {
        found.put(Figure.KERNEL_STREAM, Double.isNaN(streamMs) ? never() : streamMs);
      }
      found.put(Figure.KERNEL_CONNECT, connected.join());
      found.put(Figure.KERNEL_WATCHED, (double) atMost.toMillis());
      return found;
    }
  }

  private static double never() {
    return Double.POSITIVE_INFINITY;
  }

  /** Tries again and again; completes with when the first succeeded. */
  private static CompletableFuture<Double> connects(
      KernelPair pair, Strike strike, long deadlineNs) {
    CompletableFuture<Double> found = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              double ms = never();
              try {
                while (Double.isInfinite(ms) && System.nanoTime() - deadlineNs < 0) {
                  TcpProbe probe = pair.connect(ATTEMPT);
                  if (probe.connected()) {
                    ms = (System.nanoTime() - strike.effectiveNs()) / 1e6;
                  } else if (probe.elapsed().compareTo(BETWEEN) < 0) {
                    Stand.pause(BETWEEN);
                  }
                }
              } finally {
                found.complete(ms);
              }
            },
            "limpet-bench-connects");
    thread.setDaemon(true);
    thread.start();
    return found;
  }
}

package io.limpet.rig.internal.bench.link;

import io.limpet.node.internal.perf.StreamLog.Arrivals;
import io.limpet.rig.internal.bench.link.Carriage.Way;
import io.limpet.rig.internal.bench.stand.BenchException;
import io.limpet.rig.internal.bench.stand.Stand;
import io.limpet.rig.internal.laptop.Laptop;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The second device's process dies without a word, and another takes its place. */
final class PeerRestart extends Fault {
  private static final Duration BEFORE = Duration.ofSeconds(10);
  private static final Duration AFTER = Duration.ofSeconds(15);
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  /** A kernel without power for so long; a node's process takes about as long to come back. */
  private static final Duration OFF = Duration.ofSeconds(2);

  private static final double NANOS_PER_MS = 1e6;

  PeerRestart() {
    super("restart", "peer restarts (SIGKILL, new process)");
    goal(Subject.LIMPET, Figure.FIRST, 1_000);
    goal(Subject.LIMPET, Figure.RESET, 300);
  }

  @Override
  Strike strike(Ground ground) {
    throw new IllegalStateException("it is a process that restarts, not the ground");
  }

  /** A kernel would say goodbye for its dead process: so the radio is off meanwhile. */
  @Override
  Strike strike(KernelPair pair) {
    Ground ground = pair.ground();
    ground.rig().radioOff(ground.second());
    pair.loseSecond();
    Stand.pause(OFF);
    pair.listen(Way.THERE);
    return Strike.of(() -> ground.rig().radioOn(ground.second()));
  }

  @Override
  long casualties(Ground ground) {
    return 0;
  }

  @Override
  String kernelStreamWords() {
    return "dead, noticed after ";
  }

  /** What is told of a kernel: after how long it notices that the connection is dead. */
  @Override
  double kernelStreamMs(TwoWay streams, Strike strike) {
    return streams.sending(Way.THERE).isCompletedExceptionally()
        ? (System.nanoTime() - strike.effectiveNs()) / NANOS_PER_MS
        : Double.NaN;
  }

  @Override
  Map<Figure, Double> measure(LimpetPair pair) throws BenchException {
    TwoWay streams = TwoWay.begin(pair);
    streams.await(LimpetTrial.FLOWING, BEFORE);
    AtomicLong resetNs = new AtomicLong();
    CompletableFuture<Integer> old = streams.sending(Way.THERE);
    CompletableFuture<Integer> noted =
        old.whenComplete((sent, failure) -> resetNs.set(System.nanoTime()));
    Marks marks = Marks.of(pair);
    pair.second().kill();
    long killedNs = System.nanoTime();
    CompletableFuture<Long> heard = CompletableFuture.supplyAsync(() -> firstHello(pair, marks));
    Laptop.Entry ready = pair.start(pair.second());
    long helloNs = Math.min(ready.atNs(), heard.join());
    long deadlineNs = System.nanoTime() + AFTER.toNanos();
    while (!noted.isDone()) {
      if (System.nanoTime() - deadlineNs >= 0) {
        throw new BenchException("the old connection was not reset");
      }
      Stand.pause(LOOK_EVERY);
    }
    double newMs = (newConnection(pair, deadlineNs) - helloNs) / NANOS_PER_MS;
    Map<Figure, Double> found = new EnumMap<>(Figure.class);
    found.put(Figure.FIRST, newMs);
    found.put(Figure.RESET, Math.max(0, (resetNs.get() - helloNs) / NANOS_PER_MS));
    if (resetNs.get() - killedNs < 0) {
      throw new BenchException("the old connection ended before the process was killed");
    }
    return found;
  }

  /** When the first node first heard the new process. */
  private static long firstHello(LimpetPair pair, Marks marks) {
    try {
      return LimpetPair.journal(
              pair.first(),
              marks.first(),
              "hears that the other restarted",
              AFTER.multipliedBy(2),
              entry -> entry.event().equals("peer.restarted"))
          .atNs();
    } catch (BenchException e) {
      return Long.MAX_VALUE; // the other moment is taken
    }
  }

  /** Dials until a message arrives; returns when it did. */
  private static long newConnection(LimpetPair pair, long deadlineNs) throws BenchException {
    CompletableFuture<Integer> sending = pair.open(Way.THERE);
    while (System.nanoTime() - deadlineNs < 0) {
      List<Arrivals> arrived = pair.arrived(Way.THERE);
      if (!arrived.isEmpty() && !arrived.get(0).arrivedNs().isEmpty()) {
        pair.stop(Way.THERE);
        sending.exceptionally(broken -> 0).completeOnTimeout(0, 5, TimeUnit.SECONDS).join();
        return arrived.get(0).arrivedNs().get(0);
      }
      if (sending.isCompletedExceptionally()) {
        sending = pair.open(Way.THERE);
      }
      Stand.pause(LOOK_EVERY);
    }
    throw new BenchException("no new connection could be made");
  }
}

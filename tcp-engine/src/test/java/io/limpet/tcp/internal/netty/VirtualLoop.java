package io.limpet.tcp.internal.netty;

import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An event loop in virtual time: it jumps from deadline to deadline, on the test's own thread. */
final class VirtualLoop extends ManualIoEventLoop {

  private final MockTicker ticker;

  VirtualLoop() {
    this(Ticker.newMockTicker());
  }

  private VirtualLoop(MockTicker ticker) {
    super(null, Thread.currentThread(), LocalIoHandler.newFactory(), ticker);
    this.ticker = ticker;
  }

  /** Runs until something holds; fails when it does not within so much virtual time. */
  void runUntil(BooleanSupplier condition, Duration atMost) {
    long endNs = ticker.nanoTime() + atMost.toNanos();
    while (true) {
      runReady();
      if (condition.getAsBoolean()) {
        return;
      }
      long nextNs = nextScheduledTaskDeadlineNanos();
      if (nextNs == -1 || nextNs - endNs > 0) {
        throw new AssertionError("it has not come about within " + atMost + " of virtual time");
      }
      advanceTo(nextNs);
    }
  }

  /** Lets so much virtual time pass. */
  void runFor(Duration time) {
    long endNs = ticker.nanoTime() + time.toNanos();
    while (true) {
      runReady();
      long nextNs = nextScheduledTaskDeadlineNanos();
      if (nextNs == -1 || nextNs - endNs > 0) {
        advanceTo(endNs);
        runReady();
        return;
      }
      advanceTo(nextNs);
    }
  }

  Duration now() {
    return Duration.ofNanos(ticker.nanoTime());
  }

  private void advanceTo(long ns) {
    ticker.advance(Math.max(0, ns - ticker.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private void runReady() {
    int ran;
    do {
      ran = runNow();
    } while (ran > 0);
  }
}

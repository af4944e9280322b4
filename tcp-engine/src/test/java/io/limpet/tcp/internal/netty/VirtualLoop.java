package io.limpet.tcp.internal.netty;

import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An event loop in virtual time: it jumps from deadline to deadline, on the test's own thread.
 * Several of them can share that time and thread, and are then told apart as if each had a thread
 * of its own; the test itself counts as the first one's.
 */
final class VirtualLoop extends ManualIoEventLoop {

  /** The loops that share one time. */
  private static final class World {
    final MockTicker ticker = Ticker.newMockTicker();
    final List<VirtualLoop> loops = new ArrayList<>();
    final List<VirtualLoop> order = new ArrayList<>();
    @Nullable Random random;
    @Nullable VirtualLoop running;
  }

  private final World world;
  private int tasksRun;

  VirtualLoop() {
    this(new World());
  }

  private VirtualLoop(World world) {
    super(null, Thread.currentThread(), LocalIoHandler.newFactory(), world.ticker);
    this.world = world;
    world.loops.add(this);
    world.order.add(this);
  }

  /** Makes another loop, which runs whenever this one does. */
  VirtualLoop beside() {
    return new VirtualLoop(world);
  }

  /** From now on it is left to chance which loop runs first. */
  void shuffle(Random random) {
    world.random = random;
  }

  @Override
  public boolean inEventLoop() {
    World current = world;
    if (current == null) {
      // Asked by the constructor.
      return true;
    }
    VirtualLoop running = current.running;
    return running == null ? this == current.loops.get(0) : this == running;
  }

  /** Runs until something holds; fails when it does not within so much virtual time. */
  void runUntil(BooleanSupplier condition, Duration atMost) {
    long endNs = world.ticker.nanoTime() + atMost.toNanos();
    while (true) {
      runReady();
      if (condition.getAsBoolean()) {
        return;
      }
      long nextNs = nextDeadlineNs();
      if (nextNs == -1 || nextNs - endNs > 0) {
        throw new AssertionError("it has not come about within " + atMost + " of virtual time");
      }
      advanceTo(nextNs);
    }
  }

  /** Lets so much virtual time pass. */
  void runFor(Duration time) {
    long endNs = world.ticker.nanoTime() + time.toNanos();
    while (true) {
      runReady();
      long nextNs = nextDeadlineNs();
      if (nextNs == -1 || nextNs - endNs > 0) {
        advanceTo(endNs);
        runReady();
        return;
      }
      advanceTo(nextNs);
    }
  }

  /** Returns how many tasks this loop has run. */
  int tasksRun() {
    return tasksRun;
  }

  Duration now() {
    return Duration.ofNanos(world.ticker.nanoTime());
  }

  private void advanceTo(long ns) {
    world.ticker.advance(Math.max(0, ns - world.ticker.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private long nextDeadlineNs() {
    long earliestNs = -1;
    for (VirtualLoop loop : world.loops) {
      long nextNs = loop.nextScheduledTaskDeadlineNanos();
      if (nextNs != -1 && (earliestNs == -1 || nextNs - earliestNs < 0)) {
        earliestNs = nextNs;
      }
    }
    return earliestNs;
  }

  private void runReady() {
    int ran;
    do {
      Random random = world.random;
      if (random != null) {
        Collections.shuffle(world.order, random);
      }
      ran = 0;
      for (VirtualLoop loop : world.order) {
        world.running = loop;
        try {
          int tasks = loop.runNow();
          loop.tasksRun += tasks;
          ran += tasks;
        } finally {
          world.running = null;
        }
      }
    } while (ran > 0);
  }
}

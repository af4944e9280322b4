package io.limpet.tcp.internal.netty;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Wakes somebody on another event loop: one task for a burst of signals, and after each signal one
 * run that begins later than the signal.
 *
 * <p>Any thread.
 */
final class Wakeup {

  private final Supplier<? extends Executor> loop;
  private final Runnable task;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Runnable run = this::run;

  /**
   * Makes a wake-up.
   *
   * @param loop where to run, asked for at each signal
   */
  Wakeup(Supplier<? extends Executor> loop, Runnable task) {
    this.loop = loop;
    this.task = task;
  }

  /** Returns false if the event loop has ended, so that nobody will ever wake up. */
  boolean signal() {
    if (!scheduled.compareAndSet(false, true)) {
      return true;
    }
    try {
      loop.get().execute(run);
      return true;
    } catch (RejectedExecutionException e) {
      scheduled.set(false);
      return false;
    }
  }

  private void run() {
    // First, so that a signal from now on is not lost.
    scheduled.set(false);
    task.run();
  }
}

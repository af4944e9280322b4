package io.limpet.rig.internal.bench.run;

import java.util.List;

/** Measurements that go on side by side. */
public final class Abreast {
  private Abreast() {}

  /** Begins one on a thread of its own, which keeps no process alive. */
  public static Thread begin(Runnable measurement, String name) {
    Thread thread = new Thread(measurement, "limpet-bench-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits for the end of all, or until it is interrupted. */
  public static void await(List<Thread> threads) {
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}

package io.limpet.rig.internal.laptop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Looks again and again until something is there. */
public final class Waiting {
  private static final long LOOK_EVERY_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private Waiting() {}

  /** What is looked for. */
  @FunctionalInterface
  public interface Look<T> {
    /** Returns what was looked for, or null when it is not there yet. */
    @Nullable T now() throws LaptopException;
  }

  /** Looks every few milliseconds; fails when it is not there in time. */
  public static <T> T until(String what, Duration atMost, Look<T> look) throws LaptopException {
    long deadlineNs = System.nanoTime() + atMost.toNanos();
    while (true) {
      T found = look.now();
      if (found != null) {
        return found;
      }
      if (System.nanoTime() - deadlineNs >= 0) {
        throw new LaptopException(what + ": not within " + atMost.toMillis() + " ms");
      }
      LockSupport.parkNanos(LOOK_EVERY_NS);
    }
  }
}

package io.limpet.link.internal.os.portable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long the machine has slept: the monotonic clock stands still meanwhile, other clocks do not.
 * Does a little I/O; safe for any thread.
 */
public final class MachineSleep {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final long NS_PER_MS = 1_000_000;

  private MachineSleep() {}

  /**
   * Returns nanoseconds of which only the growth means something. Without Linux's uptime, which
   * counts sleep, the wall clock serves, and whoever sets it forward looks like a sleeper.
   *
   * @param monotonicNs the monotonic clock's time now
   */
  public static long sleptNs(long monotonicNs) {
    try {
      String uptime = Files.readString(UPTIME);
      double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
      return (long) (seconds * 1e9) - monotonicNs;
    } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
      return System.currentTimeMillis() * NS_PER_MS - monotonicNs;
    }
  }
}

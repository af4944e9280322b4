package io.limpet.node.internal.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** How long this process has lived. */
final class ProcessAge {
  /** Clock ticks of {@code /proc} are hundredths of a second, whatever the kernel's own are. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int START_TIME_FIELD = 22;

  private ProcessAge() {}

  /**
   * Returns milliseconds since the process was started: to 10 ms on Linux. The JDK's own figure is
   * off by up to a second, because it adds ticks to a boot time in whole seconds.
   */
  static long millis(Instant now) {
    try {
      double uptime =
          Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0]);
      String stat = Files.readString(Path.of("/proc/self/stat"));
      // Field 2 is the command's name in parentheses and may hold blanks.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      double started = Long.parseLong(fields[START_TIME_FIELD - 3]) / TICKS_PER_SECOND;
      return Math.round((uptime - started) * 1_000);
    } catch (IOException | NumberFormatException e) {
      return ProcessHandle.current()
          .info()
          .startInstant()
          .map(start -> Duration.between(start, now).toMillis())
          .orElse(0L);
    }
  }
}

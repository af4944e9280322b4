package io.limpet.rig.internal.bench.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Where the machine's processor time went, at one moment. A value.
 *
 * @param busyTicks of all programs and of the kernel, and what a host took away
 * @param allTicks the same and idle time
 * @param ownSeconds of this process and those that it started, ended ones too
 */
record ProcessorTime(long busyTicks, long allTicks, double ownSeconds) {
  private static final double TICKS_PER_SECOND = 100;

  /** Fields of the first line of /proc/stat: user nice system idle iowait irq softirq steal. */
  private static final int IDLE = 3;

  private static final int IOWAIT = 4;

  /** In /proc/self/stat, counted from the field after the name: cutime, then cstime. */
  private static final int CHILDREN_USER = 13;

  private static final int FIELDS = 8;

  static ProcessorTime now() {
    long busy = 0;
    long all = 0;
    try (Stream<String> lines = Files.lines(Path.of("/proc/stat"))) {
      String[] fields = lines.findFirst().orElse("").split(" +", -1);
      for (int i = 0; i < FIELDS && i + 1 < fields.length; i++) {
        long ticks = Long.parseLong(fields[i + 1]);
        all += ticks;
        busy += i == IDLE || i == IOWAIT ? 0 : ticks;
      }
    } catch (IOException e) {
      return new ProcessorTime(0, 0, 0); // elsewhere than on Linux nobody can tell
    }
    double own =
        Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants())
            .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
            .mapToDouble(time -> time.toNanos() / 1e9)
            .sum();
    return new ProcessorTime(busy, all, own + ended());
  }

  /** Of tools that have come and gone, and of processes that were killed. */
  private static double ended() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_USER + 1]))
          / TICKS_PER_SECOND;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Returns the share of all processor time since then that was taken, 0 if nobody can tell. */
  double busySince(ProcessorTime then) {
    long all = allTicks - then.allTicks;
    return all <= 0 ? 0 : (double) (busyTicks - then.busyTicks) / all;
  }

  /** Returns the share of all processor time since then that was not ours. */
  double othersSince(ProcessorTime then) {
    double all = (allTicks - then.allTicks) / TICKS_PER_SECOND;
    double busy = (busyTicks - then.busyTicks) / TICKS_PER_SECOND;
    return all <= 0 ? 0 : Math.max(0, (busy - (ownSeconds - then.ownSeconds)) / all);
  }
}

package io.limpet.rig.internal.bench.stand;

import io.limpet.rig.Lateness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a measurement was made under. A value.
 *
 * @param loadAverage of the machine, over a minute, before it
 * @param frames frames that the medium handed over during it, 0 without a medium
 * @param lateP99Ms 99 of 100 of them were at most so late
 * @param lateMaxMs none was later
 * @param mediumCpu share of a core that the medium's thread used
 * @param othersCpu share of all processor time that went to programs which are not the benchmark's
 * @param mediumLate whether the medium was so late that the result may be its doing
 */
public record Conditions(
    double loadAverage,
    long frames,
    double lateP99Ms,
    double lateMaxMs,
    double mediumCpu,
    double othersCpu,
    boolean mediumLate) {
  /** The medium was late when more than one frame of a hundred was later than this. */
  public static final double LATE_P99_MS = 1;

  /** It was also late when any frame was later than this many round trips. */
  public static final double LATE_MAX_RTTS = 2;

  /** Above this share of a core the medium is near its limit, and as good as late. */
  public static final double BUSY_MEDIUM = 0.8;

  /** With more than this share of the processors gone to others, any latency may be theirs. */
  public static final double BUSY_OTHERS = 0.2;

  /** Judges what the medium says of itself. */
  static Conditions of(
      double load, double othersCpu, Lateness lateness, double mediumCpu, double rttMs) {
    double p99Ms = lateness.p99().toNanos() / 1e6;
    double maxMs = lateness.maximum().toNanos() / 1e6;
    return new Conditions(
        load,
        lateness.frames(),
        p99Ms,
        maxMs,
        mediumCpu,
        othersCpu,
        p99Ms > LATE_P99_MS || maxMs > LATE_MAX_RTTS * rttMs || mediumCpu > BUSY_MEDIUM);
  }

  /** Without a medium nothing of ours can be late. */
  static Conditions without(double load, double othersCpu) {
    return new Conditions(load, 0, 0, 0, 0, othersCpu, false);
  }

  /** Returns whether the figure may be the medium's or other programs' doing. */
  public boolean disturbed() {
    return mediumLate || othersCpu > BUSY_OTHERS;
  }

  /** Returns whether the medium was less late than another time. */
  public boolean quieterThan(@Nullable Conditions other) {
    return other == null
        || (other.mediumLate() && !mediumLate)
        || (other.mediumLate() == mediumLate && lateP99Ms < other.lateP99Ms());
  }

  /** The machine's load average over a minute; 0 where it cannot be read. */
  static double currentLoad() {
    try {
      return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", -1)[0]);
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }
}

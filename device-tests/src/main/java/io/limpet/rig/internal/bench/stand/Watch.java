package io.limpet.rig.internal.bench.stand;

import io.limpet.rig.Rig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Watches the medium and the machine during one measurement. */
public final class Watch {
  private final @Nullable Rig rig;
  private final double rttMs;
  private final double loadAverage = Conditions.currentLoad();
  private final ProcessorTime processorBefore = ProcessorTime.now();
  private final long beganNs = System.nanoTime();
  private final Duration cpuBefore;

  private Watch(@Nullable Rig rig, double rttMs, Duration cpuBefore) {
    this.rig = rig;
    this.rttMs = rttMs;
    this.cpuBefore = cpuBefore;
  }

  /** Begins to watch a rig's medium; nobody else may take its lateness meanwhile. */
  public static Watch over(Rig rig, double rttMs) {
    rig.takeLateness();
    return new Watch(rig, rttMs, rig.airCpu());
  }

  /** Begins to watch the machine alone. */
  static Watch without() {
    return new Watch(null, 1, Duration.ZERO);
  }

  /** Says under which conditions was measured since. */
  public Conditions conditions() {
    double others = ProcessorTime.now().othersSince(processorBefore);
    if (rig == null) {
      return Conditions.without(loadAverage, others);
    }
    double cpuNs = rig.airCpu().minus(cpuBefore).toNanos();
    double mediumCpu = cpuNs / (System.nanoTime() - beganNs);
    return Conditions.of(loadAverage, others, rig.takeLateness(), mediumCpu, rttMs);
  }
}

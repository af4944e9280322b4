package io.limpet.rig.internal.bench.link;

import java.time.Duration;
import java.util.List;

/**
 * How much is to be measured. A value.
 *
 * @param faults which
 * @param family on which kind of addresses
 * @param runs of each on Limpet
 * @param kernelAtMost for how long two kernels alone are watched, once for each fault
 */
public record LinkPlan(List<Fault> faults, Family family, int runs, Duration kernelAtMost) {
  /** Keeps its own copy. */
  public LinkPlan {
    faults = List.copyOf(faults);
  }

  /** Returns how long it takes, about. */
  public Duration expected() {
    Duration trials = Duration.ZERO;
    for (Fault fault : faults) {
      trials = trials.plus(fault.beforeTheyMeet() ? Duration.ofSeconds(14) : Duration.ofSeconds(9));
    }
    return trials.multipliedBy(runs).plus(kernelAtMost).plus(Duration.ofSeconds(20));
  }
}

package io.limpet.rig.internal.bench.run;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.workload.Ground;
import io.limpet.rig.internal.bench.workload.Plan;
import io.limpet.rig.internal.bench.workload.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * A part of the schedule: one workload under one condition, on all contenders. A value.
 *
 * @param workload what is measured
 * @param of under which condition
 * @param contenders on whom
 * @param seeds with which chance, one after the other
 */
record Step(Workload workload, Case of, List<String> contenders, List<Long> seeds) {
  /** What starting a pair of processes and warming it up takes, about. */
  private static final Duration START = Duration.ofSeconds(7);

  Step {
    contenders = List.copyOf(contenders);
    seeds = List.copyOf(seeds);
  }

  /** Whether the stands are of the kind that is kept for later steps. */
  boolean isOnKeptStands() {
    return contenders.stream()
        .map(contender -> workload.ground(of, contender))
        .allMatch(
            ground -> ground.overMedium() && ground.warm() && ground.contenders().size() == 1);
  }

  /**
   * How long it takes, about.
   *
   * @param up the kept stands that are up by then; those of this step are added
   */
  Duration expected(Plan plan, Set<Ground> up) {
    int inTurn = workload.together() ? 1 : contenders.size();
    Duration all = workload.expected(of, plan).multipliedBy((long) inTurn * seeds.size());
    long starts = 0;
    for (String contender : contenders) {
      boolean isUp = isOnKeptStands() && !up.add(workload.ground(of, contender));
      starts += isUp ? 0 : workload.alone(of) ? seeds.size() : 1;
    }
    return all.plus(START.multipliedBy(starts));
  }
}

package io.limpet.rig.internal.bench.run;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.workload.Plan;
import io.limpet.rig.internal.bench.workload.Workload;
import java.util.ArrayList;
import java.util.List;

/** In which order is measured. */
final class Schedule {
  private Schedule() {}

  /**
   * Everything with the first seed, then everything with the next one: a run that is broken off has
   * measured all of it, if less often. What needs stands of its own is measured with all seeds the
   * first time.
   */
  static List<Step> of(List<Workload> workloads, Plan plan, List<Long> seeds) {
    List<Step> steps = new ArrayList<>();
    for (long seed : seeds) {
      for (Workload workload : workloads) {
        for (Case of : workload.cases(plan)) {
          List<String> contenders = workload.contenders(of, plan);
          Step once = new Step(workload, of, contenders, List.of(seed));
          if (once.isOnKeptStands()) {
            steps.add(once);
          } else if (seed == seeds.get(0)) {
            steps.add(new Step(workload, of, contenders, seeds));
          }
        }
      }
    }
    return steps;
  }
}

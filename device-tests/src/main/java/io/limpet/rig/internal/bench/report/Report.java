package io.limpet.rig.internal.bench.report;

import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Topic;
import java.time.Instant;
import java.util.List;

/**
 * All that a report is made of. A value.
 *
 * @param machine where and of what was measured
 * @param date when it began
 * @param command how it is done again
 * @param workloads what was measured
 * @param results what came of it
 */
public record Report(
    Machine machine,
    Instant date,
    String command,
    List<? extends Topic> workloads,
    Results results) {
  /** Keeps its own copy. */
  public Report {
    workloads = List.copyOf(workloads);
  }
}

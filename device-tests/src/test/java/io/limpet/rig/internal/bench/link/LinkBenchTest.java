package io.limpet.rig.internal.bench.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.limpet.rig.MediumKind;
import io.limpet.rig.RigLauncher;
import io.limpet.rig.internal.bench.report.Machine;
import io.limpet.rig.internal.bench.result.Goal.Verdict;
import io.limpet.rig.internal.bench.result.Results;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows that everything else rests on, on real kernels, in real time. */
@Tag("kernel")
class LinkBenchTest {
  private static final Duration WATCHED = Duration.ofSeconds(5);

  /** Of what disturbs a machine for a moment, the second time is free. */
  private static final int ATTEMPTS = 2;

  @TempDir Path journals;

  private final StringWriter told = new StringWriter();

  private LinkReport measure(List<Fault> faults) {
    LinkPlan plan = new LinkPlan(faults, Family.IPV4, 1, WATCHED);
    Results results = new LinkRun(plan, new PrintWriter(told, true), journals, soFar -> {}).run();
    return new LinkReport(Machine.here(), Instant.now(), "a test", plan, results);
  }

  private static List<Fault> missed(LinkReport report) {
    return report.goals().stream()
        .filter(judged -> judged.goal().verdict() != Verdict.MET)
        .map(LinkReport.Judged::fault)
        .distinct()
        .toList();
  }

  @Test
  void dataFlowsAndTheLinkIsRepairedWithinTheGoalsWhereAKernelAloneIsStuck() {
    assumeThat(RigLauncher.choose().kind())
        .as("real kernels: " + RigLauncher.choose().reason())
        .isNotEqualTo(MediumKind.IN_PROCESS);
    assumeThat(System.getProperty("user.name")).as("needs root to become nobody").isEqualTo("root");
    List<Fault> toMeasure = Faults.quick();
    for (int attempt = 1; attempt <= ATTEMPTS && !toMeasure.isEmpty(); attempt++) {
      LinkReport report = measure(toMeasure);
      for (Fault fault : toMeasure) {
        // The fault is one: who is helped by nobody has not got over it meanwhile.
        assertThat(report.worst(fault, Subject.KERNEL, Figure.KERNEL_STREAM))
            .as(fault.name() + ": " + told)
            .isEqualTo(Double.POSITIVE_INFINITY);
      }
      toMeasure = missed(report);
    }
    System.out.println(told);
    assertThat(toMeasure).extracting(Fault::name).as(told.toString()).isEmpty();
  }
}

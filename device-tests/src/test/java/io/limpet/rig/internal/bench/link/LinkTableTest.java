package io.limpet.rig.internal.bench.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.internal.bench.report.Machine;
import io.limpet.rig.internal.bench.result.Goal.Verdict;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinkTableTest {
  private static final Fault MAC = Faults.of("mac-reachable");
  private static final Fault RESTART = Faults.of("restart");

  private final Results results = new Results();
  private final LinkReport report =
      new LinkReport(
          new Machine(2, "a processor", 4, "Linux 6", "17", "abc"),
          Instant.EPOCH,
          "bin/limpet bench link",
          new LinkPlan(List.of(MAC, RESTART), Family.IPV4, 2, Duration.ofSeconds(65)),
          results);

  private void add(Fault fault, Subject subject, int number, Map<String, Double> values) {
    String failure = values.isEmpty() ? "it broke" : "";
    results.add(
        new Run(fault.of(Family.IPV4), subject.contender(), number, values, null, 1, failure));
  }

  private Verdict verdict(Fault fault, Subject subject, Figure figure) {
    return report.goals().stream()
        .filter(g -> g.fault() == fault && g.subject() == subject && g.figure() == figure)
        .findFirst()
        .orElseThrow()
        .goal()
        .verdict();
  }

  @Test
  void aGoalIsMetWhenEveryRunMetIt() {
    add(MAC, Subject.LIMPET, 1, Map.of("firstMs", 80.0, "pauseMs", 90.0, "repairedMs", 1999.0));
    add(MAC, Subject.LIMPET, 2, Map.of("firstMs", 90.0, "pauseMs", 501.0, "repairedMs", 100.0));
    assertThat(verdict(MAC, Subject.LIMPET, Figure.FIRST)).isEqualTo(Verdict.MET);
    assertThat(verdict(MAC, Subject.LIMPET, Figure.PAUSE)).isEqualTo(Verdict.MISSED);
    assertThat(verdict(MAC, Subject.LIMPET, Figure.REPAIRED)).isEqualTo(Verdict.MET);
    assertThat(LinkTable.text(report)).contains("296 (501)").contains("MISSED");
  }

  @Test
  void whatFailedOnceOrNeverCameHasMissedItsGoals() {
    add(MAC, Subject.LIMPET, 1, Map.of("firstMs", 80.0, "pauseMs", 90.0, "repairedMs", 100.0));
    add(MAC, Subject.LIMPET, 2, Map.of());
    add(
        MAC,
        Subject.ORDINARY,
        1,
        Map.of("firstMs", 80.0, "pauseMs", 90.0, "repairedMs", Double.POSITIVE_INFINITY));
    assertThat(verdict(MAC, Subject.LIMPET, Figure.FIRST)).isEqualTo(Verdict.MISSED);
    assertThat(verdict(MAC, Subject.ORDINARY, Figure.REPAIRED)).isEqualTo(Verdict.MISSED);
    assertThat(LinkTable.markdown(report)).contains("never (never)").contains("it broke");
  }

  @Test
  void aKernelThatWasWatchedInVainIsToldWithHowLong() {
    add(MAC, Subject.LIMPET, 1, Map.of("firstMs", 80.0, "pauseMs", 90.0, "repairedMs", 100.0));
    add(
        MAC,
        Subject.KERNEL,
        1,
        Map.of("streamMs", Double.POSITIVE_INFINITY, "connectMs", 33_337.0, "watchedMs", 65_000.0));
    assertThat(LinkTable.markdown(report)).contains("| > 65 s | 33.3 s | root | 80 (80) |");
  }

  @Test
  void aRestartIsAboutANewConnectionAndTheOldOnesReset() throws Exception {
    add(RESTART, Subject.LIMPET, 1, Map.of("firstMs", 400.0, "resetMs", 3.0));
    add(RESTART, Subject.LIMPET, 2, Map.of("firstMs", 600.0, "resetMs", 1.0));
    assertThat(LinkTable.markdown(report))
        .contains("| root | 500 (600) | – | ≤ 1000 | reset 2 (3) | ≤ 300 | met |");
    JsonNode json = ControlJson.MAPPER.readTree(LinkTable.json(report, false));
    assertThat(json.path("cells").get(0).path("worst").path("firstMs").asDouble()).isEqualTo(600);
    assertThat(json.path("goals").findValuesAsText("verdict")).containsOnly("met");
  }
}

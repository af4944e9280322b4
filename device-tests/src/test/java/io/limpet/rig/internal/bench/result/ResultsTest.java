package io.limpet.rig.internal.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.rig.internal.bench.result.Goal.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final Case CASE = new Case("bulk", "", "A", 0.1);
  private static final Metric UP = new Metric("up", "up", "", 1, true);
  private static final Metric DOWN = new Metric("down", "down", "ms", 1, false);

  private final Results results = new Results();

  private void add(String contender, double up, double down) {
    results.add(new Run(CASE, contender, 1, Map.of("up", up, "down", down), null, 1, ""));
  }

  @Test
  void theMedianIsOverTheSeedsAndNothingIsNoNumber() {
    add("limpet", 1, 9);
    add("limpet", 5, 7);
    add("limpet", 2, 8);
    assertThat(results.limpet(CASE, "up")).isEqualTo(2);
    assertThat(results.limpet(CASE, "down")).isEqualTo(8);
    assertThat(results.limpet(CASE, "else")).isNaN();
    assertThat(results.median(CASE, "tcp-bbr", "up")).isNaN();
  }

  @Test
  void aRunThatFailedDoesNotCountInTheMedian() {
    add("limpet", 1, 9);
    results.add(new Run(CASE, "limpet", 2, Map.of(), null, 1, "it broke"));
    assertThat(results.limpet(CASE, "up")).isEqualTo(1);
  }

  @Test
  void whatNeverCameIsWorseThanAnything() {
    add("limpet", 1, 9);
    add("limpet", 1, Double.POSITIVE_INFINITY);
    add("limpet", 1, Double.POSITIVE_INFINITY);
    assertThat(results.limpet(CASE, "down")).isInfinite();
    assertThat(DOWN.print(results.limpet(CASE, "down"))).isEqualTo("never");
  }

  @Test
  void theBestPeerIsNeitherLimpetNorTheFloor() {
    add("tcp-cubic", 1, 50);
    add("quic-bbr", 3, 40);
    add("quic-cubic", 4, 60);
    add("limpet", 9, 1);
    add("udp", 8, 2);
    assertThat(results.bestPeer(CASE, UP)).isEqualTo(4);
    assertThat(results.bestPeer(CASE, DOWN)).isEqualTo(40);
    assertThat(results.bestPeer(CASE, UP, "tcp")).isEqualTo(1);
    assertThat(results.bestPeer(new Case("bulk", "", "B", 0.1), UP)).isNaN();
  }

  @Test
  void contendersComeInOneOrderWhateverTheOrderOfTheRuns() {
    for (String name : List.of("udp", "limpet", "quic-bbr", "tcp-bbr", "tcp-reno", "tcp-cubic")) {
      add(name, 1, 1);
    }
    assertThat(results.contenders(List.of(CASE)))
        .containsExactly("tcp-reno", "tcp-cubic", "tcp-bbr", "quic-bbr", "limpet", "udp");
  }

  @Test
  void aGoalIsJudgedByWhatWasMeasured() {
    assertThat(Goal.atMost("", 10, 10).verdict()).isEqualTo(Verdict.MET);
    assertThat(Goal.atMost("", 10, 10.1).verdict()).isEqualTo(Verdict.MISSED);
    assertThat(Goal.atMost("", 10, Double.POSITIVE_INFINITY).verdict()).isEqualTo(Verdict.MISSED);
    assertThat(Goal.atLeast("", 0.9, 0.89).verdict()).isEqualTo(Verdict.MISSED);
    assertThat(Goal.atLeast("", 0.9, Double.NaN).verdict()).isEqualTo(Verdict.UNKNOWN);
    assertThat(Goal.atMost("half of nobody's", Double.NaN, 1).verdict()).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void aCaseIsNamedByItsLossAndItsVariant() {
    assertThat(CASE.label()).isEqualTo("10 %");
    assertThat(new Case("w", "", "A", 0.025).label()).isEqualTo("2.5 %");
    assertThat(new Case("w", "4 pairs", "A", 0).label()).isEqualTo("4 pairs");
    assertThat(new Case("w", "4 pairs", "A", 0.1).label()).isEqualTo("4 pairs, 10 %");
  }
}

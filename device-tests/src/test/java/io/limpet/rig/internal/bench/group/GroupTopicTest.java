package io.limpet.rig.internal.bench.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroupTopicTest {
  private final GroupPlan plan =
      new GroupPlan(List.of(20), List.of(0.1), GroupPlan.ALL, 100, 4, 1000, 24_000_000, 1);
  private final Case tenPercent = plan.of(20, 0.1);
  private final GroupTopic topic = new GroupTopic();
  private final Results results = new Results();

  private void measured(String contender, Map<String, Double> values) {
    results.add(new Run(tenPercent, contender, 1, values, null, 1, ""));
  }

  private Goal.@Nullable Verdict verdict(Metric metric) {
    Goal goal = topic.judged(metric, tenPercent, results);
    return goal == null ? null : goal.verdict();
  }

  @Test
  void goodputIsHeldAgainstTheBestOfJGroupsAndNotAgainstStreams() {
    measured("limpet", Map.of("goodput", 4.0));
    measured("limpet-streams", Map.of("goodput", 9.0));
    measured("jgroups-udp", Map.of("goodput", 1.0));
    assertThat(verdict(GroupTopic.GOODPUT)).isEqualTo(Goal.Verdict.MET);
    measured("jgroups-tuned", Map.of("goodput", 4.1));
    assertThat(verdict(GroupTopic.GOODPUT)).isEqualTo(Goal.Verdict.MISSED);
  }

  @Test
  void airtimeAndLatencyHaveBoundsThatDependOnTheLoss() {
    measured("limpet", Map.of("airData", 1.45, "p99Ms", 299.0, "missing", 0.0));
    assertThat(verdict(GroupTopic.AIR_DATA)).isEqualTo(Goal.Verdict.MISSED); // 1.444
    assertThat(verdict(GroupTopic.P99)).isEqualTo(Goal.Verdict.MET);
    assertThat(verdict(GroupTopic.MISSING)).isEqualTo(Goal.Verdict.MET);
    assertThat(verdict(GroupTopic.MAX)).isNull();
  }

  @Test
  void onceIsTheMessageWithItsHeadersAtTheBasicRate() {
    assertThat(plan.onceNs()).isEqualTo(1062 * 8 / 6e6 * 1e9);
  }

  @Test
  void whatNeverCameHasItsPlaceBehindAllThatCame() {
    List<Double> came = List.of(1.0, 2.0, 3.0);
    assertThat(GroupTrial.rank(came, 0.5, 4)).isEqualTo(2.0);
    assertThat(GroupTrial.rank(came, 0.99, 4)).isInfinite();
  }
}

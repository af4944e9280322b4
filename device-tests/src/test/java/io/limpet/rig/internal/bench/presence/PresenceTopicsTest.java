package io.limpet.rig.internal.bench.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.rig.internal.bench.result.Case;
import io.limpet.rig.internal.bench.result.Goal;
import io.limpet.rig.internal.bench.result.Goal.Verdict;
import io.limpet.rig.internal.bench.result.Metric;
import io.limpet.rig.internal.bench.result.Results;
import io.limpet.rig.internal.bench.result.Run;
import io.limpet.rig.internal.bench.result.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PresenceTopicsTest {
  private final PresencePlan plan =
      new PresencePlan(5, List.of(0.0, 0.1, 0.3), 12, 3, Duration.ZERO, 1);

  private @Nullable Verdict verdict(Topic topic, Metric metric, double loss, double value) {
    Case of = plan.of(topic.name(), "", loss);
    Results results = new Results();
    results.add(new Run(of, "limpet", 1, Map.of(metric.key(), value), null, 1, ""));
    Goal goal = topic.judged(metric, of, results);
    return goal == null ? null : goal.verdict();
  }

  @ParameterizedTest
  @CsvSource({"0, 1000", "0.1, 2000", "0.3, 4000"})
  void aNewcomerAndARestartHaveUntilThenAtThisLoss(double loss, double bound) {
    for (double ms : new double[] {bound, bound + 1}) {
      Verdict wanted = ms > bound ? Verdict.MISSED : Verdict.MET;
      assertThat(verdict(new NewcomerTopic(), NewcomerTopic.P99, loss, ms)).isEqualTo(wanted);
      assertThat(verdict(new RestartTopic(), RestartTopic.MAX, loss, ms)).isEqualTo(wanted);
    }
  }

  @Test
  void whoNeverCameHasMissedTheGoal() {
    double never = Double.POSITIVE_INFINITY;
    assertThat(verdict(new NewcomerTopic(), NewcomerTopic.P99, 0.3, never))
        .isEqualTo(Verdict.MISSED);
    assertThat(verdict(new DeathTopic(), DeathTopic.ALL, 0.3, never)).isEqualTo(Verdict.MISSED);
  }

  @Test
  void avahiHasAGoalWhereNothingIsLost() {
    NewcomerTopic topic = new NewcomerTopic();
    assertThat(verdict(topic, NewcomerTopic.AVAHI_P99, 0, 2_001)).isEqualTo(Verdict.MISSED);
    assertThat(verdict(topic, NewcomerTopic.AVAHI_P99, 0.3, 2_001)).isNull();
  }

  @Test
  void aDeathHasOneGoalForWhoTalksAndOneForAll() {
    DeathTopic topic = new DeathTopic();
    assertThat(verdict(topic, DeathTopic.TALKER, 0.3, 6_001)).isEqualTo(Verdict.MISSED);
    assertThat(verdict(topic, DeathTopic.ALL, 0.3, 6_001)).isEqualTo(Verdict.MET);
    assertThat(verdict(topic, DeathTopic.ALL, 0.3, 20_001)).isEqualTo(Verdict.MISSED);
  }

  @Test
  void oneSecondPersonOrOneFalseOfflineIsOneTooMany() {
    assertThat(verdict(new RestartTopic(), RestartTopic.SECOND, 0, 1)).isEqualTo(Verdict.MISSED);
    assertThat(verdict(new RestartTopic(), RestartTopic.UNTOLD, 0, 1)).isEqualTo(Verdict.MISSED);
    assertThat(verdict(new CalmTopic(), CalmTopic.OFFLINE, 0.3, 1)).isEqualTo(Verdict.MISSED);
    assertThat(verdict(new CalmTopic(), CalmTopic.OFFLINE, 0.3, 0)).isEqualTo(Verdict.MET);
  }
}

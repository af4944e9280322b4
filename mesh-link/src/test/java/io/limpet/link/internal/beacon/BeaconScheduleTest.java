package io.limpet.link.internal.beacon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** RFC 6206 with a quick start. */
class BeaconScheduleTest {
  private static final long MS = 1_000_000L;
  private static final long START_NS = -2_500 * MS;

  private final BeaconSchedule schedule = new BeaconSchedule(START_NS, new Random(1));

  private List<Long> runMs(long forMs) {
    List<Long> sent = new ArrayList<>();
    while (schedule.dueNs() - START_NS <= forMs * MS) {
      long nowNs = schedule.dueNs();
      sent.add((nowNs - START_NS) / MS);
      schedule.onSent(nowNs);
    }
    return sent;
  }

  @Test
  void theFirstHellosAreFast() {
    List<Long> sent = runMs(1_200);
    assertThat(sent).hasSizeGreaterThanOrEqualTo(4);
    assertThat(sent.get(0)).isZero();
    assertThat(sent.get(1)).isBetween(150L, 180L);
    assertThat(sent.get(2)).isBetween(400L, 430L);
    assertThat(sent.get(3)).isBetween(1_000L, 1_030L);
  }

  @Test
  void theIntervalDoublesUpToItsMaximumAndNoGapIsLongerThanOneAndAHalf() {
    List<Long> sent = runMs(120_000);
    for (int i = 1; i < sent.size(); i++) {
      assertThat(sent.get(i) - sent.get(i - 1)).isLessThanOrEqualTo(6_000);
    }
    assertThat(sent.size()).isBetween(28, 45);
  }

  @Test
  void manyNodesTogetherSayNoMoreThanTwoHellosASecond() {
    schedule.setPopulation(60);
    assertThat(schedule.maxIntervalNs()).isEqualTo(30_000 * MS);
    runMs(120_000);
    schedule.setPopulation(10_000);
    assertThat(schedule.maxIntervalNs()).isEqualTo(60_000 * MS);
  }

  @Test
  void aChangeIsSaidAtOnceButNotTwiceInTheSameInstant() {
    runMs(60_000);
    long nowNs = START_NS + 61_000 * MS;
    schedule.restart(nowNs);
    assertThat(schedule.dueNs()).isEqualTo(nowNs);
    schedule.onSent(nowNs);
    schedule.restart(nowNs + MS);
    assertThat(schedule.dueNs() - nowNs).isEqualTo(60 * MS);
  }

  @Test
  void aNewcomerIsGreetedSoon() {
    runMs(60_000);
    long nowNs = schedule.dueNs() - 1_000 * MS;
    schedule.setPopulation(20);
    schedule.onNewcomer(nowNs);
    assertThat(schedule.dueNs() - nowNs).isBetween(0L, 400 * MS);
  }
}

package io.limpet.link.internal.beacon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6206 with a quick start, inside a budget. */
class BeaconScheduleTest {
  private static final long MS = 1_000_000L;
  private static final long START_NS = -2_500 * MS;
  private static final long SHORT_NS = 2 * MS;
  private static final long LONG_NS = 4 * MS;
  private static final double SHARE = 0.02;

  private final BeaconSchedule schedule = new BeaconSchedule(START_NS, SHARE, new Random(1));

  private void say(long nowNs) {
    boolean isLong = schedule.isQuick();
    schedule.onSending(nowNs);
    schedule.onSent(nowNs, isLong ? LONG_NS : SHORT_NS, isLong);
  }

  private List<Long> runMs(long forMs) {
    List<Long> sent = new ArrayList<>();
    while (schedule.dueNs() - START_NS <= forMs * MS) {
      long nowNs = schedule.dueNs();
      sent.add((nowNs - START_NS) / MS);
      say(nowNs);
    }
    return sent;
  }

  @Test
  void theFirstHellosAreFast() {
    List<Long> sent = runMs(1_200);
    assertThat(sent).hasSizeGreaterThanOrEqualTo(4);
    assertThat(sent.get(0)).isZero();
    assertThat(sent.get(1)).isBetween(150L, 200L);
    assertThat(sent.get(2)).isBetween(400L, 450L);
    assertThat(sent.get(3)).isBetween(1_000L, 1_050L);
  }

  @Test
  void theIntervalDoublesUpToItsMaximumAndNoGapIsLongerThanOneAndAHalf() {
    List<Long> sent = runMs(120_000);
    for (int i = 1; i < sent.size(); i++) {
      assertThat(sent.get(i) - sent.get(i - 1)).isLessThanOrEqualTo(6_000);
    }
    assertThat(sent.size()).isBetween(28, 45);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 65, 200, 500})
  void inQuietTimesAllNodesTogetherStayWithinHalfTheBudget(int nodes) {
    schedule.setPopulation(START_NS, nodes);
    runMs(300_000);
    int hellos = runMs(3_900_000).size();
    double airtimeOfAll = nodes * hellos * (double) SHORT_NS / (3_600_000 * (double) MS);
    assertThat(airtimeOfAll).isLessThanOrEqualTo(SHARE / 2 * 1.05);
  }

  @Test
  void whileTheBudgetAllowsItNobodyWaitsLongerThanAMinuteForASign() {
    schedule.setPopulation(START_NS, 100);
    runMs(300_000);
    assertThat(schedule.maxIntervalNs()).isLessThanOrEqualTo(40_000 * MS);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 10, 65, 200})
  void whoeverIsAskedAllTheTimeStaysInsideItsPartAllTheSame(int nodes) {
    schedule.setPopulation(START_NS, nodes);
    long spentNs = 0;
    long forMs = 600_000;
    for (long ms = 0; ms < forMs; ms += 10) {
      long nowNs = START_NS + ms * MS;
      schedule.want(nowNs, MS);
      if (nowNs - schedule.dueNs() >= 0) {
        schedule.onSending(nowNs);
        schedule.onSent(nowNs, LONG_NS, true);
        spentNs += LONG_NS;
      }
    }
    double allowedNs = AirtimeBudget.BURST_NS + forMs * MS * SHARE / nodes;
    assertThat((double) spentNs).isLessThanOrEqualTo(allowedNs + LONG_NS);
  }

  @Test
  void whoIsDoubtedAnswersThoughItOwesAirtimeAndNotWithoutEnd() {
    schedule.setPopulation(START_NS, 100);
    runMs(120_000);
    long nowNs = schedule.dueNs();
    say(nowNs);
    int answers = 0;
    for (int i = 1; i <= 100; i++) {
      long askedNs = nowNs + i * schedule.gapNs();
      schedule.hasten(askedNs, 40 * MS);
      if (schedule.dueNs() - askedNs <= 40 * MS) {
        answers++;
        say(schedule.dueNs());
      }
    }
    assertThat(answers).isBetween(20, 75);
  }

  @Test
  void theNextRegularHelloComesWithinThePromisedTime() {
    schedule.setPopulation(START_NS, 65);
    long promisedForNs = START_NS;
    for (int i = 0; i < 200; i++) {
      long nowNs = schedule.dueNs();
      assertThat(nowNs - promisedForNs).isLessThanOrEqualTo(0);
      say(nowNs);
      promisedForNs = nowNs + schedule.promisedNs(nowNs);
      if (i % 3 == 0) {
        schedule.want(nowNs, schedule.spreadNs());
      }
    }
  }

  @Test
  void aChangeIsSaidAtOnceButNotTwiceInTheSameInstant() {
    runMs(60_000);
    long nowNs = START_NS + 61_000 * MS;
    schedule.restart(nowNs);
    assertThat(schedule.dueNs()).isEqualTo(nowNs);
    say(nowNs);
    schedule.restart(nowNs + MS);
    assertThat(schedule.dueNs() - nowNs).isEqualTo(60 * MS);
  }

  @Test
  void aNewcomerIsGreetedSoon() {
    runMs(60_000);
    long nowNs = schedule.dueNs() - 1_000 * MS;
    schedule.setPopulation(nowNs, 20);
    schedule.want(nowNs, schedule.spreadNs());
    assertThat(schedule.dueNs() - nowNs).isBetween(0L, 700 * MS);
  }
}

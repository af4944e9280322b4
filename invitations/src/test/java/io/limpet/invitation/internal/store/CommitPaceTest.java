package io.limpet.invitation.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Under load a quarter of the time goes into commits; after a rest nothing waits. */
class CommitPaceTest {
  private static final long MS = 1_000_000;

  private final CommitPace pace = new CommitPace();

  @Test
  void theFirstCommitWaitsForNothing() {
    assertThat(pace.waitNs(Long.MIN_VALUE)).isZero();
    assertThat(pace.waitNs(Long.MAX_VALUE)).isZero();
  }

  @Test
  void afterACommitTheNextWaitsThreeTimesAsLong() {
    pace.onCommitted(10 * MS, 11 * MS);
    assertThat(pace.waitNs(11 * MS)).isEqualTo(3 * MS);
    assertThat(pace.waitNs(13 * MS)).isEqualTo(MS);
    assertThat(pace.waitNs(14 * MS)).isZero();
  }

  @Test
  void aSlowDiskDelaysNobodyBeyondTheBound() {
    pace.onCommitted(0, 400 * MS);
    assertThat(pace.waitNs(400 * MS)).isEqualTo(CommitPace.LONGEST_NS);
  }

  @Test
  void whatComesAfterARestIsCommittedAtOnce() {
    pace.onCommitted(0, MS);
    assertThat(pace.waitNs(20 * MS)).isZero();
    // However far the clock is from then on.
    assertThat(pace.waitNs(Long.MIN_VALUE)).isZero();
  }

  @Test
  void underLoadCommitsTakeAQuarterOfTheTime() {
    long nowNs = 0;
    long committingNs = 0;
    while (nowNs < 1_000 * MS) {
      nowNs += pace.waitNs(nowNs);
      long endNs = nowNs + MS / 2;
      pace.onCommitted(nowNs, endNs);
      committingNs += endNs - nowNs;
      nowNs = endNs;
    }
    assertThat(committingNs / (double) nowNs).isBetween(0.24, 0.26);
  }
}

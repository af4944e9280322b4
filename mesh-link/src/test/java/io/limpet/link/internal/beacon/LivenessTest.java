package io.limpet.link.internal.beacon;

import static io.limpet.link.internal.beacon.Liveness.Verdict.HEARD;
import static io.limpet.link.internal.beacon.Liveness.Verdict.MISSED;
import static io.limpet.link.internal.beacon.Liveness.Verdict.SILENT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LivenessTest {
  private static final long MS = 1_000_000L;
  private static final long START_NS = -3_000 * MS;

  private final Liveness liveness = new Liveness(START_NS);

  /** Probes whenever it is wanted; returns after how many milliseconds the verdict comes. */
  private long until(Liveness.Verdict wanted, long limitMs) {
    for (long ms = 0; ms < limitMs; ms += 10) {
      long nowNs = START_NS + ms * MS;
      if (liveness.wantsProbe(nowNs)) {
        liveness.onProbeSent(nowNs);
      }
      if (liveness.judge(nowNs, true) == wanted) {
        return ms;
      }
    }
    return -1;
  }

  @Test
  void silenceIsAskedBeforeItIsBelieved() {
    liveness.setExpected(4_000 * MS);
    assertThat(until(MISSED, 60_000)).isBetween(7_000L, 9_000L);
  }

  @Test
  void silenceLongEnoughIsSilence() {
    liveness.setExpected(4_000 * MS);
    assertThat(until(SILENT, 60_000)).isBetween(11_000L, 13_000L);
  }

  @Test
  void withMeasuredLossMoreAnswersMustBeMissing() {
    liveness.setExpected(4_000 * MS);
    liveness.setLoss(0.64);
    assertThat(until(MISSED, 60_000)).isBetween(9_500L, 12_000L);
  }

  @Test
  void oneMissedAnswerIsNothing() {
    liveness.onProbeSent(START_NS);
    assertThat(liveness.judge(START_NS + 5_000 * MS, true)).isEqualTo(HEARD);
  }

  @Test
  void aBurstOfDatagramsCountsAsOne() {
    for (int i = 0; i < 100; i++) {
      liveness.onProbeSent(START_NS + i * MS);
    }
    assertThat(liveness.judge(START_NS + 4_000 * MS, true)).isEqualTo(HEARD);
  }

  @Test
  void anyEvidenceEndsTheDoubt() {
    until(SILENT, 60_000);
    assertThat(liveness.onHeard(START_NS + 50_000 * MS)).isEqualTo(SILENT);
    assertThat(liveness.verdict()).isEqualTo(HEARD);
  }

  @Test
  void whoCannotBeAskedIsJudgedByHellosAlone() {
    liveness.setExpected(4_000 * MS);
    assertThat(liveness.judge(START_NS + 12_000 * MS, false)).isEqualTo(HEARD);
    assertThat(liveness.judge(START_NS + 14_000 * MS, false)).isEqualTo(MISSED);
    assertThat(liveness.judge(START_NS + 27_000 * MS, false)).isEqualTo(SILENT);
  }
}

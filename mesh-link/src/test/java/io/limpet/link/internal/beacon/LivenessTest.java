package io.limpet.link.internal.beacon;

import static io.limpet.link.internal.beacon.Liveness.Verdict.HEARD;
import static io.limpet.link.internal.beacon.Liveness.Verdict.MISSED;
import static io.limpet.link.internal.beacon.Liveness.Verdict.SILENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.internal.beacon.Liveness.Mesh;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LivenessTest {
  private static final long MS = 1_000_000L;
  private static final long START_NS = -3_000 * MS;

  private final Liveness liveness = new Liveness(START_NS, new Random(1));

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

  private void promise(long withinMs) {
    liveness.onHeard(START_NS);
    liveness.onPromise(START_NS, withinMs * MS);
  }

  @Test
  void silenceIsAskedBeforeItIsBelieved() {
    promise(6_000);
    assertThat(until(MISSED, 60_000)).isBetween(7_000L, 9_000L);
  }

  @Test
  void silenceLongEnoughIsSilence() {
    promise(6_000);
    assertThat(until(SILENT, 60_000)).isBetween(11_000L, 13_000L);
  }

  @Test
  void withMeasuredLossMoreAnswersMustBeMissing() {
    promise(6_000);
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

  /** Asks whenever it is wanted, without an answer; returns after how many ms the verdict comes. */
  private long untilByAsking(Liveness.Verdict wanted, long limitMs) {
    return untilByAskingWith(0, wanted, limitMs);
  }

  /** The same while each of some others says every second that it misses the peer, too. */
  private long untilByAskingWith(int witnesses, Liveness.Verdict wanted, long limitMs) {
    for (long ms = 0; ms < limitMs; ms += 10) {
      long nowNs = START_NS + ms * MS;
      if (liveness.wantsAsk(nowNs)) {
        liveness.onAsked(nowNs);
      }
      if (ms % 1_000 == 0) {
        for (int i = 0; i < witnesses; i++) {
          liveness.onOpinion(nowNs, i, true);
        }
      }
      if (liveness.judge(nowNs, false) == wanted) {
        return ms;
      }
    }
    return -1;
  }

  @Test
  void amongFewWhoeverIsOverdueIsAskedAtOnce() {
    liveness.setMesh(Mesh.TINY, 0, 20 * MS);
    promise(6_000);
    assertThat(untilByAsking(MISSED, 60_000)).isBetween(7_500L, 9_000L);
    assertThat(untilByAsking(SILENT, 60_000)).isBetween(10_000L, 12_500L);
  }

  @Test
  void oneOfFewIsAskedOverAndOverBeforeItIsMissed() {
    liveness.setMesh(Mesh.FEW, 0, 145 * MS);
    promise(6_000);
    assertThat(untilByAsking(MISSED, 120_000)).isBetween(18_000L, 22_000L);
    assertThat(untilByAsking(SILENT, 120_000)).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"0.1, 3, 14000, 17500", "0.4, 0, 23000, 40000"})
  void ofFewItTakesMoreQuestionsTheMoreIsLostAndFewerTheMoreMissThePeer(
      double loss, int witnesses, long fromMs, long toMs) {
    liveness.setMesh(Mesh.FEW, loss, 145 * MS);
    promise(6_000);
    assertThat(untilByAskingWith(witnesses, MISSED, 120_000)).isBetween(fromMs, toMs);
  }

  @Test
  void whatIsLostOfOnePeerCountsForThatPeer() {
    liveness.setMesh(Mesh.FEW, 0, 145 * MS);
    for (int i = 0; i < 500; i++) {
      liveness.onLost(1);
    }
    promise(6_000);
    assertThat(untilByAsking(MISSED, 120_000)).isBetween(25_000L, 60_000L);
  }

  @Test
  void ofFewNobodyIsMissedWhoAnswersOneQuestionInForty() {
    liveness.setMesh(Mesh.FEW, 0, 145 * MS);
    promise(6_000);
    int asked = 0;
    for (long ms = 0; ms < 600_000; ms += 10) {
      long nowNs = START_NS + ms * MS;
      if (liveness.wantsAsk(nowNs)) {
        liveness.onAsked(nowNs);
        if (++asked % 40 == 0) {
          liveness.onHeard(nowNs);
        }
      }
      assertThat(liveness.judge(nowNs, false)).isEqualTo(HEARD);
    }
    assertThat(asked).isGreaterThan(400);
  }

  @Test
  void questionsOfOthersThatShareAnAnswerCountOnce() {
    liveness.setMesh(Mesh.FEW, 0, 145 * MS);
    promise(6_000);
    for (int i = 0; i < 1_000; i++) {
      liveness.onAsked(START_NS + (11_000 + i) * MS);
    }
    assertThat(liveness.judge(START_NS + 12_000 * MS, false)).isEqualTo(HEARD);
  }

  @Test
  void amongManyOneMissedHelloIsNoReasonToAsk() {
    liveness.setMesh(Mesh.MANY, 0.1, 1_600 * MS);
    promise(30_000);
    assertThat(untilByAsking(MISSED, 90_000)).isEqualTo(-1);
    assertThat(untilByAsking(SILENT, 300_000)).isPositive();
  }

  @Test
  void aPeerThatAllOthersMissIsAskedSoonAndSilentWithinSeconds() {
    liveness.setMesh(Mesh.MANY, 0.1, 1_600 * MS);
    promise(30_000);
    long overdueNs = START_NS + 33_000 * MS;
    for (int i = 0; i < 6; i++) {
      assertThat(liveness.wantsAsk(overdueNs + 2_000 * MS)).isFalse();
      liveness.onOpinion(overdueNs, i, true);
    }
    assertThat(untilByAsking(SILENT, 60_000)).isBetween(37_000L, 46_000L);
  }

  @Test
  void whoSaysTheSameAgainAndAgainIsOneVoice() {
    liveness.setMesh(Mesh.MANY, 0.1, 1_600 * MS);
    promise(30_000);
    for (int i = 0; i < 300; i++) {
      liveness.onOpinion(START_NS + (33_000 + 50 * i) * MS, i % 3, true);
    }
    assertThat(liveness.wantsAsk(START_NS + 50_000 * MS)).isFalse();
  }

  @Test
  void thatSomeOthersMissItToMeansNothingWhenThatIsWhatIsLost() {
    liveness.setMesh(Mesh.MANY, 0.3, 1_600 * MS);
    promise(30_000);
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      liveness.onOpinion(START_NS + (33_000 + 10 * i) * MS, i, random.nextDouble() < 0.3);
    }
    assertThat(liveness.wantsAsk(START_NS + 40_000 * MS)).isFalse();
  }

  @Test
  void aQuestionOfAnotherCountsAsOursWhenWeHaveOurOwnReason() {
    liveness.setMesh(Mesh.MANY, 0, 1_600 * MS);
    promise(30_000);
    liveness.onAsked(START_NS + 10_000 * MS);
    assertThat(liveness.judge(START_NS + 20_000 * MS, false)).isEqualTo(HEARD);
    liveness.onAsked(START_NS + 34_000 * MS);
    assertThat(liveness.judge(START_NS + 36_000 * MS, false)).isEqualTo(HEARD);
    for (int i = 0; i < 6; i++) {
      liveness.onOpinion(START_NS + 36_000 * MS, i, true);
    }
    assertThat(liveness.judge(START_NS + 36_000 * MS, false)).isEqualTo(MISSED);
    liveness.onAsked(START_NS + 39_000 * MS);
    assertThat(liveness.judge(START_NS + 39_000 * MS, false)).isEqualTo(SILENT);
  }
}

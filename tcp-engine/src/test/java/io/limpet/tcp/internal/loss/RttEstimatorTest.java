package io.limpet.tcp.internal.loss;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** RFC 6298. */
final class RttEstimatorTest {
  private static final long MS = 1_000_000;

  private final RttEstimator rtt = new RttEstimator(100 * MS, 50 * MS, 1000 * MS);

  @Test
  void theFirstSampleSetsEverything() {
    assertThat(rtt.rtoNs()).isEqualTo(100 * MS);
    rtt.onSample(0, 80 * MS);
    assertThat(rtt.srttNs()).isEqualTo(80 * MS);
    assertThat(rtt.rttVarNs()).isEqualTo(40 * MS);
    assertThat(rtt.rtoNs()).isEqualTo((80 + 160) * MS);
  }

  @Test
  void laterSamplesAreSmoothed() {
    rtt.onSample(0, 80 * MS);
    rtt.onSample(1, 40 * MS);
    assertThat(rtt.rttVarNs()).isEqualTo(40 * MS);
    assertThat(rtt.srttNs()).isEqualTo(75 * MS);
    assertThat(rtt.minRttNs()).isEqualTo(40 * MS);
  }

  @Test
  void backOffDoublesUpToTheMaximumAndEnds() {
    rtt.onSample(0, 10 * MS);
    long[] expected = {50, 100, 200, 400, 800, 1000, 1000};
    for (long ms : expected) {
      assertThat(rtt.rtoNs()).isEqualTo(ms * MS);
      rtt.backOff();
    }
    rtt.resetBackoff();
    assertThat(rtt.rtoNs()).isEqualTo(50 * MS);
  }

  @Test
  void aHandshakeThatHadToWaitIsForgottenWithTheFirstData() {
    rtt.onHandshakeSample(0, 3000 * MS);
    rtt.onSample(1, 10 * MS);
    assertThat(rtt.srttNs()).isEqualTo(10 * MS);
    assertThat(rtt.rtoNs()).isEqualTo(50 * MS);
  }

  @Test
  void theMinimumIsForgottenAfterTenSeconds() {
    rtt.onSample(0, 10 * MS);
    rtt.onSample(5_000 * MS, 20 * MS);
    assertThat(rtt.minRttNs()).isEqualTo(10 * MS);
    rtt.onSample(10_001 * MS, 20 * MS);
    assertThat(rtt.minRttNs()).isEqualTo(20 * MS);
  }
}

package io.limpet.tcp.internal.cc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pacer keeps its rate, bounds its bursts, and lets go in the end whatever rate it is told. */
final class PacerTest {
  private static final int SEGMENT = 1200;
  private static final long SECOND_NS = 1_000_000_000L;

  @Test
  void aRateWithoutBoundHoldsNothingBackForEver() {
    Pacer pacer = new Pacer(SEGMENT);
    pacer.setRate(0, Long.MAX_VALUE);
    pacer.onSent(0, 1 << 20);
    long releaseNs = pacer.releaseNs(SECOND_NS);
    assertThat(pacer.releaseNs(releaseNs)).isEqualTo(releaseNs);
  }

  @Test
  void aRateOfNextToNothingHoldsASegmentBackForAMomentOnly() {
    Pacer pacer = new Pacer(SEGMENT);
    pacer.setRate(0, 5);
    pacer.onSent(0, 2 * SEGMENT);
    assertThat(pacer.releaseNs(0)).isLessThan(SECOND_NS);
    assertThat(pacer.releaseNs(SECOND_NS)).isEqualTo(SECOND_NS);
  }

  @Test
  void noRateHoldsNothingBack() {
    Pacer pacer = new Pacer(SEGMENT);
    pacer.onSent(0, 1 << 20);
    assertThat(pacer.releaseNs(7)).isEqualTo(7);
  }

  /** Sends whatever the pacer lets go for a second; returns bytes sent and the largest burst. */
  private static long[] run(long rate) {
    Pacer pacer = new Pacer(SEGMENT);
    long sent = 0;
    long largest = 0;
    long nowNs = 5_000_000_000L;
    long endNs = nowNs + SECOND_NS;
    pacer.setRate(nowNs, rate);
    while (nowNs < endNs) {
      long burst = 0;
      long releaseNs = pacer.releaseNs(nowNs);
      while (releaseNs <= nowNs) {
        pacer.onSent(nowNs, SEGMENT);
        burst += SEGMENT;
        releaseNs = pacer.releaseNs(nowNs);
      }
      sent += burst;
      largest = Math.max(largest, burst);
      nowNs = releaseNs;
    }
    return new long[] {sent, largest};
  }

  /**
   * Where a link takes long for a burst it stays small; where it takes no time it fills batches.
   */
  @ParameterizedTest
  @CsvSource({
    "125000, 2800", // 1 Mbit/s
    "2500000, 2800", // 20 Mbit/s
    "12500000, 12500", // 100 Mbit/s: a millisecond
    "125000000, 65536", // 1 Gbit/s
    "600000000, 150000" // 4.8 Gbit/s: a quarter of a millisecond
  })
  void theRateIsKeptAndTheBurstIsBounded(long rate, long burst) {
    long[] result = run(rate);
    assertThat(result[0]).isBetween((long) (rate * 0.99) - SEGMENT, rate + burst + 2 * SEGMENT);
    assertThat(result[1]).isBetween(burst - 2 * SEGMENT, burst + 2 * SEGMENT);
  }
}

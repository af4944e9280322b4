package io.limpet.tcp.internal.cc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A pacer lets go in the end, whatever rate it is told. */
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
}

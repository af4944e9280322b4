package io.limpet.tcp.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** RFC 9293 section 3.4: arithmetic modulo 2^32. */
final class SeqNumTest {
  private static final int LAST = -1;

  @Test
  void numbersCompareAcrossTheWrap() {
    assertThat(SeqNum.lt(LAST, 0)).isTrue();
    assertThat(SeqNum.gt(5, LAST - 5)).isTrue();
    assertThat(SeqNum.le(LAST, LAST)).isTrue();
    assertThat(SeqNum.ge(0, LAST)).isTrue();
    assertThat(SeqNum.lt(0, LAST)).isFalse();
    assertThat(SeqNum.max(LAST, 3)).isEqualTo(3);
    assertThat(SeqNum.min(LAST, 3)).isEqualTo(LAST);
  }

  @Test
  void numbersCompareAcrossTheSignBit() {
    assertThat(SeqNum.lt(Integer.MAX_VALUE, Integer.MIN_VALUE)).isTrue();
    assertThat(SeqNum.gt(Integer.MIN_VALUE, Integer.MAX_VALUE)).isTrue();
  }

  @Test
  void aWindowMayWrap() {
    assertThat(SeqNum.inWindow(2, LAST - 1, 5)).isTrue();
    assertThat(SeqNum.inWindow(3, LAST - 1, 5)).isFalse();
    assertThat(SeqNum.inWindow(LAST - 2, LAST - 1, 5)).isFalse();
    assertThat(SeqNum.inWindow(7, 7, 0)).isFalse();
  }
}

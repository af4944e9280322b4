package io.limpet.link.internal.beacon;

import static io.limpet.link.internal.beacon.HelloGuard.Verdict.BACKWARDS;
import static io.limpet.link.internal.beacon.HelloGuard.Verdict.FRESH;
import static io.limpet.link.internal.beacon.HelloGuard.Verdict.REPLAYED;
import static io.limpet.link.internal.beacon.HelloGuard.Verdict.RESTARTED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HelloGuardTest {
  private final HelloGuard guard = new HelloGuard();

  @Test
  void aSequenceCountsOnceInEachPlace() {
    assertThat(guard.judge(1, 5, 10)).isEqualTo(FRESH);
    assertThat(guard.judge(2, 5, 10)).isEqualTo(FRESH);
    assertThat(guard.judge(1, 5, 10)).isEqualTo(REPLAYED);
    assertThat(guard.isOld(2, 5, 10)).isTrue();
    assertThat(guard.judge(1, 5, 11)).isEqualTo(FRESH);
  }

  @Test
  void anOldHelloIsARepeatAlsoWhereItWasNeverHeard() {
    guard.judge(1, 5, 100);
    assertThat(guard.judge(2, 5, 50)).isEqualTo(REPLAYED);
    assertThat(guard.judge(2, 5, 98)).isEqualTo(FRESH);
  }

  @Test
  void aHigherEpochIsARestartAndALowerOneIsRefused() {
    guard.judge(1, 5, 10);
    assertThat(guard.judge(1, 6, 0)).isEqualTo(RESTARTED);
    assertThat(guard.judge(1, 5, 11)).isEqualTo(BACKWARDS);
    guard.onProvenEpoch(9);
    assertThat(guard.judge(1, 6, 1)).isEqualTo(BACKWARDS);
    assertThat(guard.judge(1, 9, 1)).isEqualTo(FRESH);
  }
}

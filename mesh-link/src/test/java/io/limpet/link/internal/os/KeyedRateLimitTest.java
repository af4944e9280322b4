package io.limpet.link.internal.os;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyedRateLimitTest {
  private final KeyedRateLimit<String> limit = new KeyedRateLimit<>(3, 100, 2);

  private int taken(long nowNs, String key, int attempts) {
    int taken = 0;
    for (int i = 0; i < attempts; i++) {
      taken += limit.tryTake(nowNs, key) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void aBurstPassesAndThenOneEachInterval() {
    assertThat(taken(0, "a", 10)).isEqualTo(3);
    assertThat(taken(99, "a", 10)).isZero();
    assertThat(taken(100, "a", 10)).isEqualTo(1);
    assertThat(taken(10_000, "a", 10)).isEqualTo(3);
  }

  @Test
  void keysDoNotDisturbEachOther() {
    assertThat(taken(0, "a", 10)).isEqualTo(3);
    assertThat(taken(0, "b", 10)).isEqualTo(3);
  }

  @Test
  void theKeyThatWasQuietForLongestIsForgotten() {
    assertThat(taken(0, "a", 3)).isEqualTo(3);
    assertThat(taken(0, "b", 3)).isEqualTo(3);
    assertThat(taken(1, "a", 1)).isZero();
    assertThat(taken(2, "c", 1)).isEqualTo(1);
    assertThat(taken(3, "a", 1)).isZero();
    assertThat(taken(3, "b", 1)).isEqualTo(1);
  }

  @Test
  void aClockThatGoesBackwardsGivesNothing() {
    assertThat(taken(1_000, "a", 10)).isEqualTo(3);
    assertThat(taken(0, "a", 10)).isZero();
  }
}

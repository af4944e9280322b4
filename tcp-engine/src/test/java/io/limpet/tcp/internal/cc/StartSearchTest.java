package io.limpet.tcp.internal.cc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a start has gone far enough. */
final class StartSearchTest {

  @Test
  void aRateThatStopsGrowingIsTheLinks() {
    StartSearch start = new StartSearch();
    assertThat(start.onRound(100)).isFalse();
    assertThat(start.onRound(200)).isFalse();
    assertThat(start.onRound(210)).isFalse();
    assertThat(start.onRound(210)).isFalse();
    assertThat(start.onRound(210)).isTrue();
  }

  @Test
  void whatChanceTakesItTakesFromEveryRound() {
    StartSearch start = new StartSearch();
    for (int segments = 10; segments < 2000; segments *= 2) {
      assertThat(start.isLossier(0.3 * segments, segments)).isFalse();
    }
  }

  @Test
  void whatOverflowsIsLostOnlyNow() {
    StartSearch start = new StartSearch();
    for (int segments = 10; segments < 500; segments *= 2) {
      assertThat(start.isLossier(0.1 * segments, segments)).isFalse();
    }
    assertThat(start.isLossier(500, 1000)).isTrue();
  }
}

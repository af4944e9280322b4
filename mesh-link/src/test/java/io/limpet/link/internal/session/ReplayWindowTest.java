package io.limpet.link.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.internal.session.ReplayWindow.Verdict;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {
  @Test
  void itRemembersAtLeastTwoThousandAndFortyEightCounters() {
    assertThat(ReplayWindow.SIZE).isGreaterThanOrEqualTo(2048);
    ReplayWindow window = new ReplayWindow();
    window.mark(ReplayWindow.SIZE);
    assertThat(window.check(1)).isEqualTo(Verdict.FRESH);
    assertThat(window.check(0)).isEqualTo(Verdict.TOO_OLD);
  }

  @Test
  void itReachesTheLastCounterOfAll() {
    ReplayWindow window = new ReplayWindow();
    window.mark(0);
    assertThat(window.check(Long.MAX_VALUE)).isEqualTo(Verdict.FRESH);
    window.mark(Long.MAX_VALUE);
    assertThat(window.check(Long.MAX_VALUE)).isEqualTo(Verdict.SEEN);
    assertThat(window.check(Long.MAX_VALUE - 1)).isEqualTo(Verdict.FRESH);
    assertThat(window.check(0)).isEqualTo(Verdict.TOO_OLD);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void itAgreesWithAMemoryOfEverything(long seed) {
    Random random = new Random(seed);
    ReplayWindow window = new ReplayWindow();
    Set<Long> seen = new HashSet<>();
    long highest = -1;
    for (int i = 0; i < 20_000; i++) {
      int kind = random.nextInt(100);
      long counter;
      if (kind < 60) {
        counter = highest + 1 + random.nextInt(3);
      } else if (kind < 98) {
        counter = Math.max(0, highest - random.nextInt(ReplayWindow.SIZE + 200));
      } else {
        counter = highest + random.nextInt(3 * ReplayWindow.SIZE);
      }
      Verdict expected =
          counter <= highest - ReplayWindow.SIZE
              ? Verdict.TOO_OLD
              : seen.contains(counter) ? Verdict.SEEN : Verdict.FRESH;
      assertThat(window.check(counter)).as("seed %d, step %d", seed, i).isEqualTo(expected);
      if (expected == Verdict.FRESH) {
        window.mark(counter);
        seen.add(counter);
        highest = Math.max(highest, counter);
      }
    }
  }
}

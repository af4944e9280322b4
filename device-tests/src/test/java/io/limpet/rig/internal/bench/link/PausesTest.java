package io.limpet.rig.internal.bench.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.node.internal.perf.StreamLog.Arrivals;
import java.util.List;
import org.junit.jupiter.api.Test;

class PausesTest {
  private static final long MS = 1_000_000;

  /** The clock may begin anywhere, and wrap. */
  private static final long ORIGIN = Long.MAX_VALUE - 100 * MS;

  private static final Strike STRIKE = new Strike(at(100), at(130));

  private static long at(long ms) {
    return ORIGIN + ms * MS;
  }

  private static Arrivals arrivals(long... sentThenArrivedMs) {
    List<Long> sent = new java.util.ArrayList<>();
    List<Long> arrived = new java.util.ArrayList<>();
    for (int i = 0; i < sentThenArrivedMs.length; i += 2) {
      sent.add(at(sentThenArrivedMs[i]));
      arrived.add(at(sentThenArrivedMs[i + 1]));
    }
    return new Arrivals(true, "", sent, arrived);
  }

  @Test
  void theFirstMessageIsTheFirstThatWasSentAfterTheFaultWasMade() {
    // Sent while the fault was being made: it says nothing, late as it arrived.
    Arrivals arrivals = arrivals(80, 86, 120, 300, 140, 301, 160, 302);
    assertThat(Pauses.firstMs(arrivals, STRIKE)).isEqualTo(171);
  }

  @Test
  void thereIsNoFirstMessageWhileNoneCame() {
    assertThat(Pauses.firstMs(arrivals(80, 86, 120, 300), STRIKE)).isNaN();
    assertThat(Pauses.firstMs(arrivals(), STRIKE)).isNaN();
  }

  @Test
  void aPauseIsCountedFromTheFaultOnAndUntilTheEnd() {
    Arrivals arrivals = arrivals(0, 6, 20, 26, 120, 220, 140, 240, 160, 400);
    assertThat(Pauses.longestMs(arrivals, STRIKE, at(420))).isEqualTo(160);
    assertThat(Pauses.longestMs(arrivals, STRIKE, at(700))).isEqualTo(300);
    assertThat(Pauses.longestMs(arrivals(0, 6), STRIKE, at(420))).isEqualTo(320);
  }
}

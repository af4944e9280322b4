package io.limpet.node.internal.perf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PerfLogTest {
  private static final long MILLI = 1_000_000;

  private final PerfLog log = new PerfLog();

  @Test
  void bytesAreSummedUpByTheTimeAtWhichTheyWereReceived() {
    long startNs = Long.MAX_VALUE - 150 * MILLI; // the clock may begin anywhere, and wrap
    PerfLog.Recorder recorder = log.begin("bulk", startNs);
    recorder.add(startNs, 1);
    recorder.add(startNs + 99 * MILLI, 2);
    recorder.add(startNs + 100 * MILLI, 4);
    recorder.add(startNs + 350 * MILLI, 8);
    PerfLog.Received received = log.received().get(0);
    assertThat(received.bins()).containsExactly(3L, 4L, 0L, 8L);
    assertThat(received.bytes()).isEqualTo(15);
    assertThat(received.firstNs()).isEqualTo(startNs);
    assertThat(received.lastNs() - startNs).isEqualTo(350 * MILLI);
  }

  @Test
  void theLongestTimeWithoutAByteIsToldAndTheOneThatIsStillRunningIsNot() {
    PerfLog.Recorder recorder = log.begin("ping", 0);
    recorder.add(10 * MILLI, 1);
    recorder.add(510 * MILLI, 1);
    recorder.add(800 * MILLI, 1);
    PerfLog.Received received = log.received().get(0);
    assertThat(received.gapStartNs()).isEqualTo(10 * MILLI);
    assertThat(received.gapEndNs()).isEqualTo(510 * MILLI);
  }

  @Test
  void whatWasForgottenIsNotToldAgain() {
    PerfLog.Recorder old = log.begin("bulk", 0);
    log.clear();
    old.add(1, 5);
    log.begin("bulk", 2).add(3, 7);
    assertThat(log.received()).extracting(PerfLog.Received::bytes).containsExactly(7L);
  }

  @Test
  void memoryIsBoundedHoweverManyConnectionsComeAndHoweverLongTheyLast() {
    for (int i = 0; i < 3000; i++) {
      log.begin("bulk", i);
    }
    assertThat(log.received()).hasSize(1024);
    PerfLog.Recorder recorder = log.begin("bulk", 0);
    recorder.add(1_000L * 3_600_000 * MILLI, 1);
    assertThat(recorder.snapshot().bins()).hasSize(36_000);
  }
}

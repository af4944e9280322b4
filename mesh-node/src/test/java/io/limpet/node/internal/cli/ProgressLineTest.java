package io.limpet.node.internal.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final StringWriter err = new StringWriter();
  private final PrintWriter writer = new PrintWriter(err);

  @Test
  void whatIsOverWithinTwoSecondsShowsNothing() {
    try (ProgressLine line = new ProgressLine(writer, "sending", () -> 0.5, 0)) {
      line.tick(ProgressLine.PATIENCE_NS - 1);
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void whatTakesLongerIsShownAndLeavesNothingBehind() {
    ProgressLine line = new ProgressLine(writer, "sending to elm", () -> 0.5, 0);
    line.tick(3_000_000_000L);
    assertThat(err.toString())
        .isEqualTo("\r\033[Ksending to elm  [" + "#".repeat(15) + " ".repeat(15) + "]  50 %  3 s");
    line.close();
    line.tick(4_000_000_000L);
    line.close();
    assertThat(err.toString()).endsWith("3 s\r\033[K");
  }

  @Test
  void aLineNeverBreaksWhateverItsNameAndItsShare() {
    for (double fraction : new double[] {Double.NaN, -1, 0, 1, 7, Double.POSITIVE_INFINITY}) {
      String line = ProgressLine.line("n".repeat(200), fraction, 360_000_000_000_000L);
      assertThat(line.length()).isLessThan(80);
    }
    assertThat(ProgressLine.line("waiting", Double.NaN, 65_000_000_000L))
        .isEqualTo("waiting  1 min 5 s");
  }
}

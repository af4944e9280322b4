package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How flows share a link: those of one pair of nodes, and those of nodes that know nothing of each
 * other.
 */
final class ShareTest {
  private static double jain(double[] rates) {
    double sum = Arrays.stream(rates).sum();
    return sum * sum / (rates.length * Arrays.stream(rates).map(r -> r * r).sum());
  }

  private static String describe(double[] rates) {
    return String.format(
        Locale.ROOT,
        "sum %.1f Mbit/s, Jain %.3f, %s",
        Arrays.stream(rates).sum(),
        jain(rates),
        rates.length > 8 ? "" : Arrays.toString(rates));
  }

  /**
   * Four flows of different nodes, one after another: ten seconds later each has a quarter, in the
   * median of three runs.
   */
  @ParameterizedTest(name = "{0} Mbit/s, {1} ms, loss {2}, {3} ms apart")
  @CsvSource({
    "50,  5, 0,    0",
    "50,  5, 0.01, 3000",
    "50,  5, 0.1,  0",
    "50,  5, 0.3,  3000",
    "20, 20, 0,    0",
    "20, 20, 0.01, 3000",
    "20, 20, 0.1,  1000",
    "20, 20, 0.3,  0",
  })
  void strangersGetEqualShares(double mbit, long delayMs, double loss, long gapMs)
      throws Exception {
    double[] shares = new double[3];
    for (int seed = 0; seed < shares.length; seed++) {
      double[] rates = strangers(5 + seed, mbit, delayMs, loss, gapMs);
      shares[seed] = jain(rates);
      assertThat(shares[seed]).as(describe(rates)).isGreaterThan(0.7);
      assertThat(Arrays.stream(rates).sum())
          .as(describe(rates))
          .isGreaterThan(0.82 * mbit * (1 - loss));
    }
    Arrays.sort(shares);
    assertThat(shares[1]).as("median of %s", Arrays.toString(shares)).isGreaterThan(0.95);
  }

  private static double[] strangers(long seed, double mbit, long delayMs, double loss, long gapMs)
      throws Exception {
    BulkRun run = new BulkRun(Pair.symmetric(seed, mbit, delayMs * Pair.MS, loss));
    for (int i = 0; i < 4; i++) {
      run.addStranger(CongestionAlgorithm.MESH_RATE);
      run.measure(Math.max(1, gapMs * Pair.MS));
    }
    run.measure(10 * Pair.SECOND);
    return run.measure(10 * Pair.SECOND);
  }

  /** Whoever fills the queue until it overflows does not starve a flow that keeps it short. */
  @ParameterizedTest(name = "{0} Mbit/s, {1} ms, CUBIC first: {2}")
  @CsvSource({"50, 5, true", "50, 5, false", "20, 20, true", "20, 20, false"})
  void besideCubicBothLive(double mbit, long delayMs, boolean cubicFirst) throws Exception {
    BulkRun run = new BulkRun(Pair.symmetric(6, mbit, delayMs * Pair.MS, 0));
    run.addStranger(cubicFirst ? CongestionAlgorithm.CUBIC : CongestionAlgorithm.MESH_RATE);
    run.measure(3 * Pair.SECOND);
    run.addStranger(cubicFirst ? CongestionAlgorithm.MESH_RATE : CongestionAlgorithm.CUBIC);
    run.measure(10 * Pair.SECOND);
    double[] rates = run.measure(20 * Pair.SECOND);
    double sum = rates[0] + rates[1];
    assertThat(rates[0] / sum).as(describe(rates)).isBetween(0.25, 0.75);
    assertThat(sum).as(describe(rates)).isGreaterThan(0.85 * mbit);
  }

  /** Connections to one peer share what is known of the path, and are together as good as one. */
  @ParameterizedTest(name = "loss {0}")
  @CsvSource({"0", "0.1", "0.3"})
  void aHundredConnectionsAreAsGoodAsOne(double loss) throws Exception {
    double one = sumOf(1, loss)[0];
    double[] hundred = sumOf(100, loss);
    assertThat(Arrays.stream(hundred).sum())
        .as("one %.1f Mbit/s, hundred %s", one, describe(hundred))
        .isBetween(0.95 * one, 1.06 * one);
    assertThat(jain(hundred)).as(describe(hundred)).isGreaterThan(0.95);
  }

  private static double[] sumOf(int flows, double loss) throws Exception {
    BulkRun run = new BulkRun(Pair.symmetric(6, 50, 5 * Pair.MS, loss));
    for (int i = 0; i < flows; i++) {
      run.add(CongestionAlgorithm.MESH_RATE);
    }
    run.measure(5 * Pair.SECOND);
    return run.measure(5 * Pair.SECOND);
  }
}

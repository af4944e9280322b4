package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How much of a lossy link a bulk flow uses, as shares of (1 - loss) x rate, headers included. */
final class GoodputTest {
  private static final double[] LOSSES = {0, 0.01, 0.05, 0.10, 0.20, 0.30, 0.40};
  private static final double HEADER_SHARE = 1388.0 / (1420 + SimPath.OVERHEAD_BYTES);
  private static final long WARM_UP_NS = 2 * Pair.SECOND;
  private static final long MEASURED_NS = 8 * Pair.SECOND;

  private static double share(
      CongestionAlgorithm algorithm, double mbit, long delayNs, double loss, long seed)
      throws Exception {
    BulkRun run = new BulkRun(Pair.symmetric(seed, mbit, delayNs, loss));
    run.add(algorithm);
    run.measure(WARM_UP_NS);
    return run.measure(MEASURED_NS)[0] / (mbit * (1 - loss));
  }

  private static double[] row(CongestionAlgorithm algorithm, double mbit, long delayNs)
      throws Exception {
    double[] shares = new double[LOSSES.length];
    for (int i = 0; i < shares.length; i++) {
      double[] runs = new double[3];
      for (int seed = 0; seed < runs.length; seed++) {
        runs[seed] = share(algorithm, mbit, delayNs, LOSSES[i], seed);
      }
      Arrays.sort(runs);
      shares[i] = runs[1];
    }
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT, "%-9s %2.0f Mbit/s %2d ms |", algorithm, mbit, delayNs / Pair.MS));
    for (double share : shares) {
      line.append(String.format(Locale.ROOT, " %.3f |", share));
    }
    System.out.println(line);
    return shares;
  }

  @Test
  @Tag("MAY-18")
  void meshRateKeepsTheLinkFullWhateverIsLost() throws Exception {
    System.out.println(
        "share of (1-p) x rate, limit " + HEADER_SHARE + ", p = " + Arrays.toString(LOSSES));
    for (double[] shares :
        new double[][] {
          row(CongestionAlgorithm.MESH_RATE, 50, 5 * Pair.MS),
          row(CongestionAlgorithm.MESH_RATE, 20, 20 * Pair.MS)
        }) {
      assertThat(shares[0]).isGreaterThan(0.85 * HEADER_SHARE);
      assertThat(shares[3]).isGreaterThan(0.75);
      assertThat(shares[5]).isGreaterThan(0.6);
    }
  }

  @Test
  void timersThatComeLateCostLittle() throws Exception {
    for (long latenessNs : new long[] {Pair.MS, 3 * Pair.MS}) {
      Pair pair = Pair.symmetric(9, 50, 5 * Pair.MS, 0.1);
      pair.timerLatenessNs = latenessNs;
      BulkRun run = new BulkRun(pair);
      run.add(CongestionAlgorithm.MESH_RATE);
      run.measure(WARM_UP_NS);
      double share = run.measure(MEASURED_NS)[0] / 45;
      System.out.printf("timers %d ms late, loss 0.1: %.3f%n", latenessNs / Pair.MS, share);
      assertThat(share).isGreaterThan(0.75);
    }
  }

  @Test
  @Tag("MUST-19")
  void cubicObeysLossAndFillsACleanLink() throws Exception {
    for (double[] shares :
        new double[][] {
          row(CongestionAlgorithm.CUBIC, 50, 5 * Pair.MS),
          row(CongestionAlgorithm.CUBIC, 20, 20 * Pair.MS)
        }) {
      assertThat(shares[0]).isGreaterThan(0.85 * HEADER_SHARE);
      assertThat(shares[3]).isLessThan(0.4);
    }
  }
}

package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * How flows share a link: those of one pair of nodes, and those of nodes that know nothing of each
 * other.
 */
final class ShareTest {
  private static final double HEADER_SHARE = 1388.0 / (1420 + SimPath.OVERHEAD_BYTES);

  private static double jain(double[] rates) {
    double sum = Arrays.stream(rates).sum();
    return sum * sum / (rates.length * Arrays.stream(rates).map(r -> r * r).sum());
  }

  private static void print(String what, double loss, double[] rates, BulkRun run) {
    StringBuilder text = new StringBuilder();
    for (double rate : rates) {
      text.append(String.format(Locale.ROOT, " %.1f", rate));
    }
    System.out.printf(
        Locale.ROOT,
        "%s, loss %.2f:%s sum %.1f Jain %.3f srtt %.1f ms%n",
        what,
        loss,
        rates.length > 8 ? "" : text,
        Arrays.stream(rates).sum(),
        jain(rates),
        run.info().srttNs() / 1e6);
  }

  @Test
  void strangers() throws Exception {
    for (double[] link : new double[][] {{50, 5}, {20, 20}}) {
      for (double loss : new double[] {0, 0.01, 0.1, 0.3}) {
        for (long gapMs : new long[] {0, 1000, 3000}) {
          BulkRun run = new BulkRun(Pair.symmetric(5, link[0], (long) link[1] * Pair.MS, loss));
          for (int i = 0; i < 4; i++) {
            run.addStranger(CongestionAlgorithm.MESH_RATE);
            run.measure(Math.max(1, gapMs * Pair.MS));
          }
          run.measure(10 * Pair.SECOND);
          double[] rates = run.measure(10 * Pair.SECOND);
          print(link[0] + " Mbit/s, four strangers, gap " + gapMs, loss, rates, run);
        }
      }
    }
    assertThat(HEADER_SHARE).isPositive();
  }

  @Test
  void besideCubic() throws Exception {
    for (double[] link : new double[][] {{50, 5}, {20, 20}}) {
      for (boolean first : new boolean[] {true, false}) {
        BulkRun run = new BulkRun(Pair.symmetric(6, link[0], (long) link[1] * Pair.MS, 0));
        run.addStranger(first ? CongestionAlgorithm.CUBIC : CongestionAlgorithm.MESH_RATE);
        run.measure(3 * Pair.SECOND);
        run.addStranger(first ? CongestionAlgorithm.MESH_RATE : CongestionAlgorithm.CUBIC);
        run.measure(10 * Pair.SECOND);
        double[] rates = run.measure(20 * Pair.SECOND);
        print(link[0] + " Mbit/s, cubic first " + first, 0, rates, run);
      }
    }
  }

  @Test
  void many() throws Exception {
    for (double loss : new double[] {0, 0.1, 0.3}) {
      BulkRun one = new BulkRun(Pair.symmetric(6, 50, 5 * Pair.MS, loss));
      one.add(CongestionAlgorithm.MESH_RATE);
      one.measure(3 * Pair.SECOND);
      print("one", loss, one.measure(5 * Pair.SECOND), one);
      BulkRun run = new BulkRun(Pair.symmetric(6, 50, 5 * Pair.MS, loss));
      for (int i = 0; i < 100; i++) {
        run.add(CongestionAlgorithm.MESH_RATE);
      }
      run.measure(5 * Pair.SECOND);
      double[] rates = run.measure(10 * Pair.SECOND);
      print("hundred", loss, rates, run);
    }
  }
}

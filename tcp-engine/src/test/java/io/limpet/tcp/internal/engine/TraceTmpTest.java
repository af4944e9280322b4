package io.limpet.tcp.internal.engine;
import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import org.junit.jupiter.api.Test;
final class TraceTmpTest {
  @Test
  void t() throws Exception {
    BulkRun run = new BulkRun(Pair.symmetric(6, 50, 5 * Pair.MS, 0));
    for (int i = 0; i < 70; i++) {
      if (i == 0) run.addStranger(CongestionAlgorithm.CUBIC); if (i == 12) run.addStranger(CongestionAlgorithm.MESH_RATE);
      double[] r = run.measure(250 * Pair.MS);
      SimPath p = run.pair.client.out;
      double q = Math.max(0, (p.backlogUntilNs - run.pair.nowNs) * p.bytesPerNs);
      System.out.printf("%5d queue %.0f ovf %d of %d%n", i * 250, q, p.overflowed, p.segments);
      for (int k = 0; k < r.length; k++) System.out.printf("      %.1f %s%n", r[k], ((Connection) run.flows.get(k).sender).tcb.control.cc);
    }
  }
}

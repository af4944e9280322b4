package io.limpet.tcp.internal.engine;
import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import org.junit.jupiter.api.Test;
final class TraceTmpTest {
  @Test
  void t() throws Exception {
    BulkRun run = new BulkRun(Pair.symmetric(4, 20, 20 * Pair.MS, 0.1));
    run.pair.client.out.queueBytes = 12000;
    BulkRun.Flow f = run.add(CongestionAlgorithm.MESH_RATE);
    for (int i = 0; i < 60; i++) {
      double[] r = run.measure(80 * Pair.MS);
      SimPath p = run.pair.client.out;
      double q = Math.max(0, (p.backlogUntilNs - run.pair.nowNs) * p.bytesPerNs);
      System.out.printf("%5d mesh %.1f queue %.0f ovf %d of %d | %s%n", i * 80, r[0], q, p.overflowed, p.segments, ((Connection) f.sender).tcb.control.cc);
    }
  }
}

package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import io.limpet.tcp.TcpInfo;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How the path model behaves when the path changes, is shared, or has no room to queue. */
final class MeshRateTest {
  private static final double HEADER_SHARE = 1388.0 / (1420 + SimPath.OVERHEAD_BYTES);

  private static BulkRun run(long seed, double mbit, long delayNs, double loss) throws Exception {
    return new BulkRun(Pair.symmetric(seed, mbit, delayNs, loss));
  }

  @Test
  void keepsTheQueueShort() throws Exception {
    BulkRun run = run(1, 50, 5 * Pair.MS, 0.1);
    run.add(CongestionAlgorithm.MESH_RATE);
    run.measure(2 * Pair.SECOND);
    long worst = 0;
    long sum = 0;
    for (int i = 0; i < 100; i++) {
      run.measure(20 * Pair.MS);
      long srtt = run.info().srttNs();
      worst = Math.max(worst, srtt);
      sum += srtt;
    }
    System.out.printf(
        "srtt at 10 %% loss, base 10 ms: mean %.2f ms, worst %.2f ms%n", sum / 1e8, worst / 1e6);
    assertThat(sum / 100).isLessThan(16 * Pair.MS);
    assertThat(worst).isLessThan(30 * Pair.MS);
  }

  @Test
  void followsACapacityThatFallsAndRisesAgain() throws Exception {
    BulkRun run = run(2, 50, 5 * Pair.MS, 0.1);
    run.add(CongestionAlgorithm.MESH_RATE);
    double before = run.measure(3 * Pair.SECOND)[0];
    run.pair.client.out.bytesPerNs = 5 / 8e3;
    run.measure(1 * Pair.SECOND);
    double during = run.measure(2 * Pair.SECOND)[0];
    TcpInfo info = run.info();
    long overflowed = run.pair.client.out.overflowed;
    run.measure(2 * Pair.SECOND);
    overflowed = run.pair.client.out.overflowed - overflowed;
    run.pair.client.out.bytesPerNs = 50 / 8e3;
    run.measure(2 * Pair.SECOND);
    double after = run.measure(2 * Pair.SECOND)[0];
    System.out.printf(
        "50 -> 5 -> 50 Mbit/s: %.1f, %.2f (srtt %.1f ms, overflow later %d), %.1f%n",
        before, during, info.srttNs() / 1e6, overflowed, after);
    assertThat(during).isGreaterThan(0.7 * 5 * 0.9 * HEADER_SHARE);
    assertThat(overflowed).isLessThan(20);
    assertThat(after).isGreaterThan(0.7 * 50 * 0.9 * HEADER_SHARE);
  }

  @Test
  void followsALossThatComesAndGoes() throws Exception {
    BulkRun run = run(3, 20, 20 * Pair.MS, 0);
    run.add(CongestionAlgorithm.MESH_RATE);
    run.measure(2 * Pair.SECOND);
    run.pair.client.out.loss = 0.35;
    run.pair.server.out.loss = 0.35;
    run.measure(1 * Pair.SECOND);
    double lossy = run.measure(3 * Pair.SECOND)[0];
    run.pair.client.out.loss = 0;
    run.pair.server.out.loss = 0;
    run.measure(1 * Pair.SECOND);
    double clean = run.measure(2 * Pair.SECOND)[0];
    System.out.printf("loss 0 -> 35 %% -> 0: %.2f, %.2f%n", lossy, clean);
    assertThat(lossy).isGreaterThan(0.75 * 20 * 0.65 * HEADER_SHARE);
    assertThat(clean).isGreaterThan(0.85 * 20 * HEADER_SHARE);
  }

  /** With hardly any room to queue, overflow shows no delay; it must not pass as random loss. */
  @Test
  void doesNotTakeAnOverflowingShallowQueueForChance() throws Exception {
    for (double loss : new double[] {0, 0.1, 0.3}) {
      Pair pair = Pair.symmetric(4, 20, 20 * Pair.MS, loss);
      pair.client.out.queueBytes = 12_000;
      BulkRun run = new BulkRun(pair);
      run.add(CongestionAlgorithm.MESH_RATE);
      run.measure(3 * Pair.SECOND);
      long sent = pair.client.out.segments;
      long overflowed = pair.client.out.overflowed;
      double goodput = run.measure(5 * Pair.SECOND)[0];
      double share =
          (double) (pair.client.out.overflowed - overflowed) / (pair.client.out.segments - sent);
      System.out.printf(
          "shallow queue, loss %.1f: %.2f Mbit/s, overflow %.3f%n", loss, goodput, share);
      assertThat(share).isLessThan(0.3);
      assertThat(goodput).isGreaterThan(0.7 * 20 * (1 - loss) * HEADER_SHARE);
    }
  }

  @Test
  void isFairToItself() throws Exception {
    for (double loss : new double[] {0, 0.1}) {
      BulkRun run = run(5, 50, 5 * Pair.MS, loss);
      run.add(CongestionAlgorithm.MESH_RATE);
      run.measure(2 * Pair.SECOND);
      run.add(CongestionAlgorithm.MESH_RATE);
      run.measure(1 * Pair.SECOND);
      run.add(CongestionAlgorithm.MESH_RATE);
      run.measure(8 * Pair.SECOND);
      double[] rates = run.measure(10 * Pair.SECOND);
      double sum = Arrays.stream(rates).sum();
      double squares = Arrays.stream(rates).map(r -> r * r).sum();
      double jain = sum * sum / (rates.length * squares);
      System.out.printf(
          "three flows, loss %.1f: %s sum %.1f Jain %.3f srtt %.1f ms%n",
          loss, Arrays.toString(rates), sum, jain, run.info().srttNs() / 1e6);
      assertThat(jain).isGreaterThan(0.8);
      assertThat(sum).isGreaterThan(0.8 * 50 * (1 - loss) * HEADER_SHARE);
    }
  }

  @Test
  void livesBesideCubic() throws Exception {
    BulkRun run = run(6, 50, 5 * Pair.MS, 0);
    run.add(CongestionAlgorithm.MESH_RATE);
    run.add(CongestionAlgorithm.CUBIC);
    run.measure(5 * Pair.SECOND);
    double[] rates = run.measure(20 * Pair.SECOND);
    System.out.printf("beside Cubic: %s%n", Arrays.toString(rates));
    assertThat(rates[0]).isGreaterThan(5);
    assertThat(rates[1]).isGreaterThan(5);
  }

  @Test
  void survivesJitterAndReordering() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    SimPath there = SimPath.of(random, 30, 10 * Pair.MS);
    SimPath back = SimPath.of(random.split(), 30, 10 * Pair.MS);
    for (SimPath path : new SimPath[] {there, back}) {
      path.jitterNs = 3 * Pair.MS;
      path.loss = 0.1;
      path.duplicate = 0.02;
    }
    BulkRun run = new BulkRun(new Pair(7, there, back));
    run.add(CongestionAlgorithm.MESH_RATE);
    run.measure(2 * Pair.SECOND);
    double goodput = run.measure(6 * Pair.SECOND)[0];
    TcpInfo info = run.info();
    double again = (double) info.segmentsRetransmitted() / info.segmentsSent();
    System.out.printf(
        "jitter 3 ms, 10 %% loss: %.1f of 27 Mbit/s, sent again %.3f%n", goodput, again);
    assertThat(goodput).isGreaterThan(0.8 * 27 * HEADER_SHARE);
    assertThat(again).isLessThan(0.16);
  }

  @Test
  void comesBackAtFullRateAfterAnOutage() throws Exception {
    BulkRun run = run(8, 50, 5 * Pair.MS, 0.05);
    run.add(CongestionAlgorithm.MESH_RATE);
    run.measure(2 * Pair.SECOND);
    run.pair.client.out.cut = true;
    run.pair.server.out.cut = true;
    run.measure(10 * Pair.SECOND);
    run.pair.client.out.cut = false;
    run.pair.server.out.cut = false;
    run.pair.client.endpoint.onPeerReachable(run.pair.nowNs, Pair.SERVER);
    double first = run.measure(500 * Pair.MS)[0];
    double then = run.measure(2 * Pair.SECOND)[0];
    System.out.printf(
        "after an outage of 10 s: %.1f in the first 0.5 s, then %.1f Mbit/s%n", first, then);
    assertThat(first).isGreaterThan(0.5 * 50 * 0.95 * HEADER_SHARE);
    assertThat(then).isGreaterThan(0.85 * 50 * 0.95 * HEADER_SHARE);
  }
}

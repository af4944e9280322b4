package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import io.limpet.tcp.TcpInfo;
import org.junit.jupiter.api.Test;

/** RFC 8899: the search for the largest segment that passes, by itself and on a path. */
final class PathMtuTest {
  private static final long HOUR_NS = 3600 * Pair.SECOND;

  private final PathMtu mtu = new PathMtu(1400);

  /** Probes until there is nothing left to probe; what is larger than the limit is lost. */
  private int search(int limit) {
    int probes = 0;
    for (int size = mtu.probeBytes(0); size > 0; size = mtu.probeBytes(0)) {
      mtu.onProbeSent(size);
      if (size <= limit) {
        mtu.onProbeDelivered(0, size);
      } else {
        mtu.onProbeLost(0, 0);
      }
      assertThat(++probes).isLessThan(60);
    }
    return probes;
  }

  @Test
  void withoutAnUpperSizeNothingIsProbed() {
    assertThat(search(9000)).isZero();
    assertThat(mtu.bytes()).isEqualTo(1400);
  }

  @Test
  void theUpperSizeIsTriedFirst() {
    mtu.setLink(1400, 9000);
    assertThat(search(9000)).isEqualTo(1);
    assertThat(mtu.bytes()).isEqualTo(9000);
  }

  @Test
  void otherwiseTheSearchHalvesWhatIsLeft() {
    mtu.setLink(1400, 9000);
    int probes = search(4321);
    assertThat(mtu.bytes()).isBetween(4321 - 32, 4321);
    System.out.printf("4321 of 9000 bytes were found with %d probes%n", probes);
    assertThat(probes).isLessThan(25);
  }

  @Test
  void oneLossIsNotBelieved() {
    mtu.setLink(1400, 2000);
    for (int i = 0; i < 2; i++) {
      assertThat(mtu.probeBytes(0)).isEqualTo(2000);
      mtu.onProbeSent(2000);
      assertThat(mtu.probeBytes(0)).as("one at a time").isZero();
      mtu.onProbeLost(0, 0);
    }
    assertThat(search(2000)).isEqualTo(1);
    assertThat(mtu.bytes()).isEqualTo(2000);
  }

  @Test
  void onALossyPathMoreLossesAreWaitedFor() {
    mtu.setLink(1400, 2000);
    for (int i = 0; i < 5; i++) {
      mtu.onProbeSent(mtu.probeBytes(0));
      mtu.onProbeLost(0, 0.3);
    }
    assertThat(mtu.probeBytes(0)).isEqualTo(2000);
  }

  @Test
  void anEndedSearchBeginsAgainAfterTenMinutes() {
    mtu.setLink(1400, 2000);
    search(1400);
    assertThat(mtu.bytes()).isEqualTo(1400);
    assertThat(mtu.probeBytes(599 * Pair.SECOND)).isZero();
    assertThat(mtu.probeBytes(601 * Pair.SECOND)).isEqualTo(2000);
  }

  @Test
  void whatTheLinkSaysAnewStartsAnew() {
    mtu.setLink(1400, 9000);
    search(9000);
    assertThat(mtu.setLink(1400, 9000)).isFalse();
    assertThat(mtu.bytes()).isEqualTo(9000);
    assertThat(mtu.setLink(1300, 1500)).isTrue();
    assertThat(mtu.bytes()).isEqualTo(1300);
    assertThat(mtu.probeBytes(0)).isEqualTo(1500);
  }

  @Test
  void aBlackHoleIsLeftAndSearchedForFromBelow() {
    assertThat(mtu.onTimeout(1400, 2, 0, 0)).isFalse();
    assertThat(mtu.onTimeout(1400, 3, 0, 0)).isTrue();
    assertThat(mtu.bytes()).isEqualTo(PathMtu.LEAST_BYTES);
    assertThat(mtu.probeBytes(0)).isEqualTo(1400);
    search(1100);
    assertThat(mtu.bytes()).isBetween(1100 - 32, 1100);
  }

  @Test
  void aSegmentThatPassedSinceDeniesTheBlackHole() {
    mtu.onDelivered(10, 1400);
    assertThat(mtu.onTimeout(1400, 9, 0, 5)).isFalse();
    assertThat(mtu.onTimeout(1400, 9, 0, 11)).isTrue();
    assertThat(mtu.onTimeout(300, 9, 0, HOUR_NS)).as("small ones prove nothing").isFalse();
  }

  // On a path.

  private static BulkRun run(Pair pair, int safe, int largest) throws Exception {
    BulkRun run = new BulkRun(pair);
    pair.client.endpoint.onMaxSegmentChanged(Pair.SERVER, safe, largest);
    pair.server.endpoint.onMaxSegmentChanged(Pair.CLIENT, safe, largest);
    return run;
  }

  @Test
  void aBulkFlowFindsTheLargestSegmentWithoutLosingRate() throws Exception {
    for (double loss : new double[] {0, 0.1}) {
      Pair pair = Pair.symmetric(3, 50, 5 * Pair.MS, loss);
      pair.client.out.mtuBytes = 5000;
      BulkRun run = run(pair, 1420, 8952);
      run.add(CongestionAlgorithm.MESH_RATE);
      run.measure(3 * Pair.SECOND);
      double rate = run.measure(3 * Pair.SECOND)[0];
      TcpInfo info = run.info();
      System.out.printf(
          "path MTU 5000, loss %.1f: found %d, %.1f Mbit/s, %d too large%n",
          loss, info.pathMtuBytes(), rate, pair.client.out.tooLarge);
      assertThat(info.pathMtuBytes()).isBetween(4900, 5000);
      assertThat(rate).isGreaterThan(0.93 * 50 * (1 - loss));
    }
  }

  @Test
  void aProbeThatIsLostIsNoSignOfCongestion() throws Exception {
    Pair pair = Pair.symmetric(4, 300, 10 * Pair.MS, 0);
    pair.client.out.queueBytes = Long.MAX_VALUE;
    pair.client.out.mtuBytes = 1420;
    BulkRun run = run(pair, 1420, 4000);
    run.add(CongestionAlgorithm.CUBIC);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 50; i++) {
      run.measure(10 * Pair.MS);
      least = Math.min(least, run.info().cwndBytes());
    }
    assertThat(pair.client.out.tooLarge).isGreaterThanOrEqualTo(3);
    assertThat(least).as("never reduced").isGreaterThanOrEqualTo(12_000);
    assertThat(run.info().cwndBytes()).isGreaterThan(200_000);
    assertThat(run.info().retransmissionTimeouts()).isZero();
    assertThat(run.info().lossRate()).isZero();
    assertThat(run.info().pathMtuBytes()).isEqualTo(1420);
  }

  @Test
  void aPathThatNarrowsIsABlackHoleForAShortTimeOnly() throws Exception {
    Pair pair = Pair.symmetric(5, 20, 10 * Pair.MS, 0.02);
    BulkRun run = run(pair, 1420, 1420);
    run.add(CongestionAlgorithm.MESH_RATE);
    run.measure(2 * Pair.SECOND);
    pair.client.out.mtuBytes = 1200;
    run.measure(3 * Pair.SECOND);
    double rate = run.measure(3 * Pair.SECOND)[0];
    System.out.printf(
        "path MTU 1420 -> 1200: found %d, %.1f Mbit/s%n", run.info().pathMtuBytes(), rate);
    assertThat(run.info().pathMtuBytes()).isBetween(1160, 1200);
    assertThat(rate).isGreaterThan(15);
  }

  @Test
  void whatTheLinkFindsTooLargeGoesOutAgainAtOnceAndIsNoSignOfCongestion() throws Exception {
    Pair pair = Pair.symmetric(7, 20, 10 * Pair.MS, 0);
    BulkRun run = run(pair, 1420, 1420);
    run.add(CongestionAlgorithm.CUBIC);
    run.measure(2 * Pair.SECOND);
    long window = run.info().cwndBytes();
    pair.client.out.mtuBytes = 1200;
    run.measure(150 * Pair.MS);
    assertThat(run.measure(20 * Pair.MS)[0]).as("the black hole holds").isZero();

    pair.client.endpoint.onMaxSegmentChanged(Pair.SERVER, 1200, 1200);
    pair.client.endpoint.onSegmentsTooLarge(pair.nowNs, Pair.SERVER);
    double rate = run.measure(100 * Pair.MS)[0];
    System.out.printf(
        "1420 -> 1200 by the link: %.1f Mbit/s, window %d -> %d%n",
        rate, window, run.info().cwndBytes());
    assertThat(rate).isGreaterThan(10);
    assertThat(run.measure(Pair.SECOND)[0]).isGreaterThan(17);
    assertThat(run.info().pathMtuBytes()).isEqualTo(1200);
  }

  @Test
  void whatMayArriveIsTheInterfacesToSayAndNotThePathsOut() throws Exception {
    Pair pair = Pair.symmetric(8, 20, 10 * Pair.MS, 0);
    BulkRun run = run(pair, 1150, 1150);
    pair.server.endpoint.onReceivableChanged(Pair.CLIENT, 9000);
    pair.client.endpoint.onReceivableChanged(Pair.SERVER, 9000);
    run.add(CongestionAlgorithm.MESH_RATE);
    run.measure(Pair.SECOND);
    assertThat(run.info().pathMtuBytes()).isEqualTo(1150);
    pair.client.endpoint.onMaxSegmentChanged(Pair.SERVER, 1420, 1420);
    pair.server.endpoint.onMaxSegmentChanged(Pair.CLIENT, 1420, 1420);
    int before = pair.client.out.largestBytes;
    run.measure(Pair.SECOND);
    assertThat(before).isEqualTo(1150);
    assertThat(pair.client.out.largestBytes).as("the MSS was no obstacle").isEqualTo(1420);
  }

  @Test
  void anOutageIsNotTakenForABlackHoleForLong() throws Exception {
    Pair pair = Pair.symmetric(6, 20, 10 * Pair.MS, 0.02);
    BulkRun run = run(pair, 1420, 1420);
    run.add(CongestionAlgorithm.MESH_RATE);
    run.measure(2 * Pair.SECOND);
    pair.client.out.cut = true;
    run.measure(5 * Pair.SECOND);
    pair.client.out.cut = false;
    run.measure(1500 * Pair.MS);
    assertThat(run.info().pathMtuBytes()).isEqualTo(1420);
  }
}

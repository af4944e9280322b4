package io.limpet.link.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.link.internal.path.PathMtu.Phase;
import io.limpet.link.internal.wire.HelloCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search for the largest datagram by itself (RFC 8899). */
class PathMtuTest {
  private static final long MS = 1_000_000L;
  private static final long RTT_NS = 4 * MS;
  private static final long PATIENCE_NS = 110 * MS;
  private static final int HEADER = 28;

  private final PathMtu mtu = new PathMtu(HEADER);

  /** Crosses zero, so that code which takes a time for a flag is found out. */
  private long nowNs = -50 * MS;

  private long counter;
  private long token = 77;
  private int probes;
  private int limitMtu = 1500;
  private double loss;
  private int everyNthArrives = 1;

  PathMtuTest() {
    mtu.setCeiling(nowNs, 1500 - HEADER, 1500 - HEADER);
  }

  /**
   * Lets time pass; what is probed is followed by a small datagram that arrives in a round trip.
   */
  private void run(long ms) {
    long endNs = nowNs + ms * MS;
    while (endNs - nowNs > 0) {
      int size = mtu.poll(nowNs, RTT_NS, PATIENCE_NS, loss);
      if (size > 0) {
        probe(size);
      } else {
        nowNs += MS;
      }
    }
  }

  private void probe(int size) {
    probes++;
    mtu.onSent(nowNs, size);
    mtu.onProbeSent(nowNs, counter++, ++token, size);
    nowNs += RTT_NS;
    if (size + HEADER <= limitMtu && probes % everyNthArrives == 0) {
      mtu.onAnswer(nowNs, token);
    }
    mtu.onConfirmed(nowNs, counter++);
  }

  /** A large datagram goes out; what becomes of it is told by a report, if it arrives. */
  private void sendLarge() {
    int size = mtu.bytes();
    mtu.onSent(nowNs, size);
    if (size + HEADER <= limitMtu) {
      mtu.onPassed(nowNs, size);
    }
    counter++;
  }

  @Test
  void theBaseHoldsEveryHello() {
    assertThat(HelloCodec.MAX_BYTES).isLessThanOrEqualTo(PathMtu.BASE_BYTES);
  }

  @Test
  void whereTheWholePassesOneProbeIsEnough() {
    assertThat(mtu.bytes()).isEqualTo(PathMtu.BASE_BYTES);
    assertThat(mtu.phase()).isEqualTo(Phase.BASE);
    run(10);
    assertThat(mtu.mtuBytes()).isEqualTo(1500);
    assertThat(mtu.phase()).isEqualTo(Phase.COMPLETE);
    run(1_000_000);
    assertThat(probes).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1228, 1229, 1280, 1300, 1399, 1400, 1428, 1468, 1492, 1499})
  void otherwiseTheSizeIsFoundAmongTheUsualOnes(int limit) {
    limitMtu = limit;
    run(3_000);
    System.out.println("MTU " + limit + ": found " + mtu.mtuBytes() + ", " + probes + " probes");
    assertThat(mtu.mtuBytes()).isBetween(limit - 20, limit);
    assertThat(mtu.phase()).isEqualTo(Phase.COMPLETE);
    assertThat(probes).isLessThan(22);
  }

  @Test
  void nothingIsSaidOfSizesWhileNothingIsConfirmed() {
    for (int i = 0; i < 200; i++) {
      nowNs += 100 * MS;
      int size = mtu.poll(nowNs, RTT_NS, PATIENCE_NS, 0);
      if (size > 0) {
        assertThat(size).as("still the first size").isEqualTo(1500 - HEADER);
        probes++;
        mtu.onProbeSent(nowNs, counter++, ++token, size);
      }
    }
    assertThat(probes).as("probes in 20 s, with back-off").isBetween(5, 12);
    assertThat(mtu.phase()).isEqualTo(Phase.SEARCHING);
  }

  @Test
  void aLateAnswerCountsAllTheSame() {
    limitMtu = 1400;
    run(3_000);
    long first = 78;
    assertThat(mtu.bytes()).isLessThan(1500 - HEADER);
    PathMtu other = new PathMtu(HEADER);
    other.setCeiling(0, 1500 - HEADER, 1500 - HEADER);
    other.onProbeSent(0, 0, first, other.poll(0, RTT_NS, PATIENCE_NS, 0));
    other.onConfirmed(MS, 1);
    other.poll(100 * MS, RTT_NS, PATIENCE_NS, 0);
    other.onAnswer(101 * MS, first);
    assertThat(other.mtuBytes()).isEqualTo(1500);
    assertThat(other.counterOfProbe(first)).as("an answer counts once").isEqualTo(-1);
  }

  @Test
  void anEndedSearchBeginsAgainEverMoreSeldom() {
    limitMtu = 1400;
    run(3_000);
    int first = probes;
    run(55_000);
    assertThat(probes).isEqualTo(first);
    run(10_000);
    assertThat(probes).as("PMTU_RAISE_TIMER").isBetween(first + 3, first + 25);
    run(3_600_000);
    assertThat(probes).as("in an hour").isLessThan(10 * 20);
    limitMtu = 1500;
    run(700_000);
    assertThat(mtu.mtuBytes()).isEqualTo(1500);
  }

  @Test
  void aBlackHoleIsLeftWithinAFewRoundTripsAndSearchedFromBelow() {
    run(10);
    limitMtu = 1400;
    long brokenNs = nowNs;
    long leftNs = 0;
    for (int i = 0; i < 400; i++) {
      sendLarge();
      run(2);
      if (leftNs == 0 && mtu.mtuBytes() <= 1400) {
        leftNs = nowNs;
      }
    }
    assertThat((leftNs - brokenNs) / MS).as("left after ms").isBetween(100L, 300L);
    assertThat(mtu.mtuBytes()).isBetween(1380, 1400);
  }

  @Test
  void largeDatagramsThatArriveAreNeverProbedFor() {
    run(10);
    int before = probes;
    for (int i = 0; i < 5_000; i++) {
      sendLarge();
      run(2);
    }
    assertThat(probes).isEqualTo(before);
  }

  @Test
  void aSuspicionThatProvesWrongChangesNothing() {
    run(10);
    mtu.onSent(nowNs, mtu.bytes()); // lost by chance
    run(105);
    assertThat(mtu.phase()).isEqualTo(Phase.COMPLETE);
    int before = probes;
    run(20);
    assertThat(probes).isEqualTo(before + 1);
    assertThat(mtu.phase()).isEqualTo(Phase.COMPLETE);
    assertThat(mtu.mtuBytes()).isEqualTo(1500);
  }

  @Test
  void whereMuchIsLostMoreProbesAreSpentBeforeASizeIsGivenUp() {
    loss = 0.5;
    everyNthArrives = 6;
    run(1_000);
    assertThat(mtu.mtuBytes()).isEqualTo(1500);
  }

  @Test
  void whatTheSystemRefusesFailsAtOnce() {
    limitMtu = 1400;
    int size = mtu.poll(nowNs, RTT_NS, PATIENCE_NS, 0);
    mtu.onProbeSent(nowNs, counter++, ++token, size);
    mtu.onRefused(nowNs);
    assertThat(mtu.poll(nowNs, RTT_NS, PATIENCE_NS, 0)).isBetween(1, size - 1);

    limitMtu = 1500;
    mtu.setCeiling(nowNs, 1492 - HEADER, 1492 - HEADER);
    run(3_000);
    assertThat(mtu.mtuBytes()).isEqualTo(1492);
    assertThat(mtu.takePreviousMtuBytes()).isPositive();
    mtu.onRefused(nowNs);
    assertThat(mtu.bytes()).isEqualTo(PathMtu.BASE_BYTES);
    assertThat(mtu.takePreviousMtuBytes()).isPositive();
    assertThat(mtu.takePreviousMtuBytes()).as("told once").isZero();
  }

  @Test
  void theInterfaceIsTheUpperBoundAtAnyTime() {
    run(10);
    mtu.setCeiling(nowNs, 1400 - HEADER, 1400 - HEADER);
    assertThat(mtu.mtuBytes()).isEqualTo(1400);
    mtu.setCeiling(nowNs, 1000 - HEADER, 1000 - HEADER);
    assertThat(mtu.mtuBytes()).isEqualTo(1000);
    mtu.setCeiling(nowNs, 1500 - HEADER, 9000 - HEADER);
    assertThat(mtu.largestBytes()).as("not before 1500 pass").isEqualTo(mtu.bytes());
    run(10);
    assertThat(mtu.mtuBytes()).isEqualTo(1500);
    assertThat(mtu.largestBytes()).isEqualTo(9000 - HEADER);
  }

  @Test
  void atAnotherAddressTheSizeIsProvenAgain() {
    run(10);
    limitMtu = 1400;
    mtu.doubt();
    run(400);
    assertThat(mtu.mtuBytes()).isBetween(1380, 1400);
  }
}

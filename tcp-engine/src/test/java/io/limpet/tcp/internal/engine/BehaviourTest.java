package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpConfig.CongestionAlgorithm;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.wire.ResetReason;
import io.limpet.tcp.internal.wire.Segment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What a connection does over time: acknowledging, probing, suspecting, giving up, coming back. */
final class BehaviourTest {
  private static final long MS = Script.MS;
  private final Script s = new Script();

  private static TcpConfig config(boolean noDelay, long keepAliveNs, long userTimeoutNs) {
    return new TcpConfig(
        1 << 20,
        1 << 16,
        noDelay,
        keepAliveNs,
        userTimeoutNs,
        1_500 * MS,
        CongestionAlgorithm.MESH_RATE);
  }

  // Acknowledging: RFC 9293 section 3.8.6.3.

  @Test
  void afterTheStartEverySecondSegmentIsAcknowledgedOrTheDelayEnds() throws Exception {
    s.established();
    for (int i = 0; i < 16; i++) {
      s.peer(0, i, 0, "x");
      s.expect(Segment.ACK, 0, i + 1);
    }
    s.peer(0, 16, 0, "x");
    s.expectNothing();
    s.peer(0, 17, 0, "x");
    s.expect(Segment.ACK, 0, 18);
    s.peer(0, 18, 0, "x");
    s.advance(9 * MS);
    s.expectNothing();
    s.advance(2 * MS);
    s.expect(Segment.ACK, 0, 19);
  }

  @Test
  void aRefusedSegmentChangesNothing() throws Exception {
    s.established();
    s.refuse = true;
    s.write("abc");
    assertThat(s.tcb().sndNxt).isEqualTo(s.iss + 1);
    assertThat(s.endpoint.nextDeadlineNs()).isNotEqualTo(Long.MAX_VALUE);
    s.refuse = false;
    s.flush();
    assertThat(s.expect(Segment.ACK, 0, 0).payload.remaining()).isEqualTo(3);
  }

  // Nagle: section 3.7.4.

  @Test
  void nagleHoldsASecondSmallSegmentBackUntilTheFirstIsAcknowledged() throws Exception {
    s.config = config(false, 0, 60_000 * MS);
    s.established();
    s.write("a");
    s.expect(Segment.ACK, 0, 0);
    s.write("b");
    s.write("c");
    s.expectNothing();
    s.peer(0, 0, 1, "");
    assertThat(s.expect(Segment.ACK, 1, 0).payload.remaining()).isEqualTo(2);
    s.connection().setNoDelay(s.nowNs, true);
    s.write("d");
    s.expect(Segment.ACK, 3, 0);
  }

  // Windows: section 3.8.6.

  @Test
  void aClosedWindowIsProbedAndNothingGoesBeyondIt() throws Exception {
    s.established();
    s.window = 0;
    s.peer(0, 0, 0, "x");
    s.forgetSent();
    s.write("waiting");
    s.expectNothing();
    s.advance(3_000 * MS);
    Segment probe = s.expect();
    assertThat(probe.payload.remaining()).isZero();
    assertThat(probe.seq).isEqualTo(s.iss);
    s.forgetSent();
    s.window = 1000;
    s.peer(0, 1, 0, "");
    assertThat(s.expect(Segment.ACK, 0, 1).payload.remaining()).isEqualTo(7);
  }

  @Test
  void aPeerThatAnswersProbesOfItsClosedWindowIsNotGivenUp() throws Exception {
    s.config = config(true, 0, 5_000 * MS);
    s.established();
    s.window = 0;
    s.peer(0, 0, 0, "x");
    s.write("waiting");
    for (int i = 0; i < 60; i++) {
      s.advance(500 * MS);
      s.peer(0, 1, 0, "");
    }
    s.assertState(TcpState.ESTABLISHED);
    s.advance(6_000 * MS);
    assertThat(s.closed()).isInstanceOf(CloseReason.UserTimeout.class);
  }

  @Test
  void aWindowTooSmallToBeWorthASegmentIsUsedAfterAWhile() throws Exception {
    s.established();
    s.window = 5000;
    s.peer(0, 0, 0, "x");
    s.window = 10;
    s.peer(0, 1, 0, "y");
    s.forgetSent();
    s.write("more than ten bytes");
    s.expectNothing();
    s.advance(1_000 * MS);
    assertThat(s.expect(Segment.ACK, 0, 2).payload.remaining()).isEqualTo(10);
  }

  @Test
  void dataBeyondTheWindowIsNotTaken() throws Exception {
    s.config = new TcpConfig(4096, 4096, true, 0, 60_000 * MS, MS, CongestionAlgorithm.CUBIC);
    s.established();
    s.peer(0, 0, 0, "a".repeat(2500));
    s.peer(0, 2500, 0, "b".repeat(2500));
    assertThat(s.read()).hasSize(4096);
    assertThat(s.tcb().bytesReceived).isEqualTo(4096);
  }

  // Timestamps: RFC 7323.

  @Test
  void aSegmentOfAnOlderIncarnationIsRefusedByItsTimestamp() throws Exception {
    s.timestamps = true;
    s.synReceived();
    s.receive(Segment.ACK, Script.PEER_ISS + 1, s.iss + 1, "", x -> stamp(x, 100_000));
    s.receive(Segment.ACK, Script.PEER_ISS + 1, s.iss + 1, "new", x -> stamp(x, 100_001));
    s.forgetSent();
    s.receive(Segment.ACK, Script.PEER_ISS + 4, s.iss + 1, "old", x -> stamp(x, 50_000));
    assertThat(s.read()).isEqualTo("new");
    s.expect(Segment.ACK, 0, 3);
  }

  private static void stamp(Segment segment, int value) {
    segment.hasTimestamps = true;
    segment.tsVal = value;
  }

  // Sequence numbers: RFC 6528.

  @Test
  void initialSequenceNumbersDifferByFlowAndGrowWithTime() {
    IsnGenerator isns = new IsnGenerator(Script.LOCAL, new byte[32]);
    long one = isns.hash(Script.PEER, 1000, 7);
    assertThat(isns.hash(Script.PEER, 1000, 7)).isEqualTo(one);
    assertThat(isns.hash(Script.PEER, 1001, 7)).isNotEqualTo(one);
    int early = IsnGenerator.initialSequence(one, 0);
    assertThat(IsnGenerator.initialSequence(one, 4_000_000) - early).isEqualTo(1000);
    byte[] other = new byte[32];
    other[0] = 1;
    assertThat(new IsnGenerator(Script.LOCAL, other).hash(Script.PEER, 1000, 7)).isNotEqualTo(one);
  }

  // Liveness.

  @Test
  void silenceWithDataPendingIsToldAndSoIsItsEnd() throws Exception {
    s.established();
    s.write("anybody there?");
    s.advance(1_400 * MS);
    assertThat(s.events).noneMatch(e -> e instanceof TcpEvent.PeerSuspect);
    s.advance(400 * MS);
    assertThat(s.events).anyMatch(e -> e instanceof TcpEvent.PeerSuspect);
    s.peer(0, 0, 14, "");
    assertThat(s.events).contains(new TcpEvent.PeerResumed());
  }

  @Test
  void silenceWithNothingPendingMeansNothing() throws Exception {
    s.established();
    s.advance(3_600_000 * MS);
    s.assertState(TcpState.ESTABLISHED);
    s.expectNothing();
    assertThat(s.events).noneMatch(e -> e instanceof TcpEvent.PeerSuspect);
  }

  @Test
  void unacknowledgedDataEndsTheConnectionAfterTheUserTimeoutAndNoSooner() throws Exception {
    s.config = config(true, 0, 10_000 * MS);
    s.established();
    s.write("anybody there?");
    s.advance(9_900 * MS);
    s.assertState(TcpState.ESTABLISHED);
    s.advance(200 * MS);
    assertThat(s.closed()).isInstanceOf(CloseReason.UserTimeout.class);
    Segment last = s.expect();
    while (!last.has(Segment.RST)) {
      last = s.expect();
    }
    assertThat(ResetReason.read(last.payload)).isEqualTo(ResetReason.USER_TIMEOUT);
  }

  @Test
  void theUserTimeoutMayChangeWhileTheConnectionLives() throws Exception {
    s.established();
    s.write("anybody there?");
    s.advance(2_000 * MS);
    s.connection().setUserTimeoutNs(s.nowNs, 3_000 * MS);
    s.advance(1_100 * MS);
    assertThat(s.closed()).isInstanceOf(CloseReason.UserTimeout.class);
  }

  @Test
  void backOffIsBoundedSoThatARetryComesEverySecond() throws Exception {
    s.established();
    s.write("anybody there?");
    s.advance(60_000 * MS);
    s.forgetSent();
    s.advance(5_000 * MS);
    for (int i = 0; i < 4; i++) {
      s.expect(Segment.ACK, 0, 0);
    }
  }

  @Test
  void anIdleConnectionIsProbedIfSoConfiguredAndGivenUpIfUnanswered() throws Exception {
    s.config = config(true, 10_000 * MS, 300_000 * MS);
    s.established();
    s.advance(9_900 * MS);
    s.expectNothing();
    s.advance(200 * MS);
    Segment probe = s.expect();
    assertThat(probe.seq).isEqualTo(s.iss);
    s.peer(0, 0, 0, "");
    s.advance(9_900 * MS);
    s.expectNothing();
    s.advance(60_000 * MS);
    assertThat(s.closed()).isInstanceOf(CloseReason.UserTimeout.class);
    assertThat(s.events).anyMatch(e -> e instanceof TcpEvent.PeerSuspect);
  }

  @Test
  void aProbeOfThePeerIsAnswered() throws Exception {
    s.established();
    s.receive(Segment.ACK, Script.PEER_ISS, s.iss + 1, "");
    s.expect(Segment.ACK, 0, 0);
  }

  // Outages and restarts.

  @Test
  void whenThePeerIsBackTheFirstUnacknowledgedSegmentGoesOutAtOnce() throws Exception {
    s.established();
    s.write("first");
    s.write("second");
    s.advance(20_000 * MS);
    s.forgetSent();
    s.nowNs += 3 * MS;
    s.endpoint.onPeerReachable(s.nowNs, Script.PEER);
    s.flush();
    Segment first = s.expect(Segment.ACK, 0, 0);
    assertThat(first.payload.remaining()).isEqualTo(5);
    assertThat(s.tcb().rtt.backoff()).isZero();
  }

  @Test
  void aSynWaitingForAPeerGoesOutAtOnceWhenThePeerIsBack() throws Exception {
    s.synSent().flush();
    s.advance(20_000 * MS);
    s.forgetSent();
    s.endpoint.onPeerReachable(s.nowNs, Script.PEER);
    s.flush();
    assertThat(s.expect().has(Segment.SYN)).isTrue();
  }

  @Test
  void aRestartedPeerHasForgottenItsConnections() throws Exception {
    s.established();
    s.endpoint.onPeerRestarted(s.nowNs, Script.PEER);
    assertThat(s.closed()).isEqualTo(new CloseReason.PeerRestarted());
    s.expectNothing();
    assertThat(s.endpoint.connections()).isEmpty();
  }

  @Test
  void theNewestConnectionOfAPeerReplacesTheOlderIfSoWanted() throws Exception {
    s.listening(4, true);
    s.receive(Segment.SYN, Script.PEER_ISS, 0, "");
    TcpConnection old = s.request();
    old.accept(s.nowNs);
    s.flush();
    Segment synAck = s.expect();
    s.receive(Segment.ACK, Script.PEER_ISS + 1, synAck.seq + 1, "");
    assertThat(old.state()).isEqualTo(TcpState.ESTABLISHED);
    s.receive(Segment.SYN, Script.PEER_ISS, 0, "", x -> x.sourcePort = 6000);
    assertThat(old.state()).isEqualTo(TcpState.ESTABLISHED);
    s.request().accept(s.nowNs);
    s.flush();
    assertThat(old.state()).isEqualTo(TcpState.CLOSED);
    Segment reset = s.expect();
    assertThat(ResetReason.read(reset.payload)).isEqualTo(ResetReason.REPLACED);
    assertThat(s.expect().has(Segment.SYN | Segment.ACK)).isTrue();
  }

  @Test
  void closingAListenerRefusesWhoWaits() throws Exception {
    s.requested();
    s.listener().close(s.nowNs);
    s.flush();
    assertThat(ResetReason.read(s.expect().payload)).isEqualTo(ResetReason.PORT_CLOSED);
    s.receive(Segment.SYN, Script.PEER_ISS, 0, "", x -> x.sourcePort = 6000);
    assertThat(ResetReason.read(s.expect().payload)).isEqualTo(ResetReason.PORT_CLOSED);
  }

  // Loss: RFC 8985.

  @Test
  void aLostSegmentIsSentAgainWithoutATimeout() throws Exception {
    s.established();
    measureRoundTrip();
    for (int i = 0; i < 6; i++) {
      s.write("0123456789");
    }
    s.forgetSent();
    s.nowNs += 10 * MS;
    s.peer(0, 0, 10, "");
    s.forgetSent();
    int base = s.iss + 1;
    s.receive(
        Segment.ACK, Script.PEER_ISS + 1, base + 10, "", x -> x.addSack(base + 20, base + 60));
    s.advance(4 * MS);
    Segment again = s.expect(Segment.ACK, 10, 0);
    assertThat(again.payload.remaining()).isEqualTo(10);
    s.expectNothing();
    assertThat(s.tcb().scoreboard.packetsInFlight()).isEqualTo(1);
  }

  private void measureRoundTrip() {
    s.write("!");
    s.forgetSent();
    s.nowNs += 10 * MS;
    s.peer(0, 0, 1, "");
    s.iss++;
    s.forgetSent();
  }

  @Test
  void aLostTailIsProbed() throws Exception {
    s.established();
    measureRoundTrip();
    s.write("tail");
    s.expect(Segment.ACK, 0, 0);
    s.advance(29 * MS);
    s.expectNothing();
    s.advance(3 * MS);
    s.expect(Segment.ACK, 0, 0);
  }

  @Test
  void hostileSackBlocksDoNoHarm() throws Exception {
    s.established();
    s.write("0123456789");
    s.forgetSent();
    int base = s.iss + 1;
    int[][] blocks = {{-1000, -10}, {5, 5}, {9, 3}, {0, 1 << 30}, {11, 20}};
    for (int[] block : blocks) {
      s.receive(
          Segment.ACK,
          Script.PEER_ISS + 1,
          base,
          "",
          x -> x.addSack(base + block[0], base + block[1]));
    }
    assertThat(s.tcb().scoreboard.sackedOut()).isZero();
    s.tcb().scoreboard.checkInvariants();
  }

  /** RFC 2018 section 8: a receiver may drop what it has only selectively acknowledged. */
  @Test
  void aPeerThatDropsWhatItHadSackedGetsItAgain() throws Exception {
    s.established();
    s.write("0123456789");
    s.write("abcdefghij");
    s.forgetSent();
    int base = s.iss + 1;
    s.receive(Segment.ACK, Script.PEER_ISS + 1, base, "", x -> x.addSack(base + 10, base + 20));
    s.peer(0, 0, 10, "");
    s.forgetSent();
    s.advance(2_000 * MS);
    assertThat(s.expect(Segment.ACK, 10, 0).payload.remaining()).isEqualTo(10);
    s.tcb().scoreboard.checkInvariants();
    s.peer(0, 0, 20, "");
    assertThat(s.connection().unacknowledgedBytes()).isZero();
  }

  @Test
  void aSmallerLargestSegmentSplitsWhatIsSentAgain() throws Exception {
    s.established();
    s.write("x".repeat(900));
    s.forgetSent();
    s.endpoint.onMaxSegmentChanged(Script.PEER, 320);
    s.advance(3_000 * MS);
    for (int offset = 300; offset <= 900; offset += 300) {
      s.peer(0, 0, offset, "");
      s.advance(1_100 * MS);
      s.tcb().scoreboard.checkInvariants();
    }
    assertThat(s.connection().unacknowledgedBytes()).isZero();
    Segment again = s.expect(Segment.ACK, 0, 0);
    int total = 0;
    for (int offset = 0; offset < 900; ) {
      assertThat(again.payload.remaining()).isLessThanOrEqualTo(300);
      if (again.seq - s.iss - 1 == offset) {
        offset += again.payload.remaining();
        total += again.payload.remaining();
      }
      again = offset < 900 ? s.expect() : again;
    }
    assertThat(total).isEqualTo(900);
  }

  // Memory.

  @Test
  void anIdleConnectionHoldsNoBuffers() throws Exception {
    s.established();
    s.peer(0, 0, 0, "abc");
    s.write("x".repeat(5000));
    s.advance(20 * MS);
    assertThat(s.tcb().sendBuffer.heldBytes()).isPositive();
    s.read();
    s.peer(0, 3, 5000, "");
    assertThat(s.tcb().sendBuffer.heldBytes()).isZero();
    assertThat(s.tcb().rcv.heldBytes()).isZero();
  }

  @Test
  void aFullSendBufferTellsWhenThereIsRoomAgain() throws Exception {
    s.config = new TcpConfig(4096, 4096, true, 0, 60_000 * MS, MS, CongestionAlgorithm.CUBIC);
    s.established();
    ByteBuffer data = ByteBuffer.allocate(10_000);
    assertThat(s.connection().write(s.nowNs, data)).isEqualTo(4096);
    assertThat(s.connection().writableBytes()).isZero();
    s.flush();
    s.peer(0, 0, 1000, "");
    assertThat(s.events).contains(new TcpEvent.Writable());
    assertThat(s.connection().writableBytes()).isEqualTo(1000);
  }
}

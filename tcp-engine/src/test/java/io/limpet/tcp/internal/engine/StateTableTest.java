package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.wire.ResetReason;
import io.limpet.tcp.internal.wire.Segment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The states of RFC 9293 section 3.3.2 and what moves a connection between them. */
final class StateTableTest {
  private final PlayedPeer s = new PlayedPeer();

  // CLOSED and LISTEN: section 3.10.7.1 and 3.10.7.2.

  @Test
  void testClosed_synIsAnsweredByResetThatSaysPortClosed() {
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "hello");
    Segment reset = s.expect();
    assertThat(reset.flags).isEqualTo(Segment.RST | Segment.ACK);
    assertThat(reset.seq).isZero();
    assertThat(reset.ack).isEqualTo(PlayedPeer.PEER_ISS + 6);
    assertThat(ResetReason.read(reset.payload)).isEqualTo(ResetReason.PORT_CLOSED);
  }

  @Test
  void testClosed_ackIsAnsweredByResetWithItsNumber() {
    s.receive(Segment.ACK, 77, 4711, "x");
    Segment reset = s.expect();
    assertThat(reset.flags).isEqualTo(Segment.RST);
    assertThat(reset.seq).isEqualTo(4711);
  }

  @Test
  void testClosed_resetIsNeverAnswered() {
    s.receive(Segment.RST | Segment.ACK, 77, 4711, "");
    s.expectNothing();
  }

  @Test
  void testListen_synWaitsForTheApplicationWithoutAnAnswer() throws Exception {
    s.requested().assertState(TcpState.SYN_RECEIVED);
    s.expectNothing();
    s.advance(5_000 * PlayedPeer.MS);
    s.expectNothing();
  }

  @Test
  void testListen_repeatedSynOfAWaitingRequestIsAbsorbed() throws Exception {
    s.requested();
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "");
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "");
    s.expectNothing();
    assertThat(s.endpoint.connections()).hasSize(1);
    assertThat(s.listener().pending()).isZero();
  }

  @Test
  void testListen_fullBacklogIsAnsweredAtOnceAndDistinguishably() throws Exception {
    s.listening(1, false);
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "");
    s.expectNothing();
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "", x -> x.sourcePort = 6000);
    Segment reset = s.expect();
    assertThat(ResetReason.read(reset.payload)).isEqualTo(ResetReason.BACKLOG_FULL);
  }

  @Test
  void testListen_resetWithdrawsAWaitingRequest() throws Exception {
    s.requested();
    s.receive(Segment.RST, PlayedPeer.PEER_ISS + 1, 0, "");
    assertThat(s.connection().state()).isEqualTo(TcpState.CLOSED);
    assertThat(s.endpoint.connections()).isEmpty();
  }

  @Test
  void testListen_newSynOnTheSamePortsReplacesAWaitingRequest() throws Exception {
    s.requested();
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS + 9999, 0, "");
    assertThat(s.connection().state()).isEqualTo(TcpState.CLOSED);
    assertThat(s.listener().pending()).isEqualTo(1);
  }

  @Test
  void testListen_refusedRequestIsReset() throws Exception {
    s.requested();
    s.connection().abort(s.nowNs);
    s.flush();
    Segment reset = s.expect();
    assertThat(reset.flags).isEqualTo(Segment.RST | Segment.ACK);
    assertThat(reset.ack).isEqualTo(PlayedPeer.PEER_ISS + 1);
  }

  @Test
  void testListen_dataOfTheFirstFlightIsDeliveredWithAcceptAndNotBefore() throws Exception {
    s.listening(4, false);
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "first");
    TcpConnection request = s.request();
    assertThat(request.readableBytes()).isZero();
    request.accept(s.nowNs);
    s.flush();
    assertThat(s.expect().ack).isEqualTo(PlayedPeer.PEER_ISS + 6);
    assertThat(request.readableBytes()).isEqualTo(5);
  }

  // SYN-SENT: section 3.10.7.3.

  @Test
  void testSynSent_synAckEstablishes() throws Exception {
    s.connected();
    assertThat(s.events).contains(new TcpEvent.Connected());
  }

  @Test
  void testSynSent_unacceptableAckIsReset() throws Exception {
    s.synSent().flush();
    s.iss = s.expect().seq;
    s.receive(Segment.SYN | Segment.ACK, PlayedPeer.PEER_ISS, s.iss + 99, "");
    Segment reset = s.expect();
    assertThat(reset.flags).isEqualTo(Segment.RST);
    assertThat(reset.seq).isEqualTo(s.iss + 99);
    s.assertState(TcpState.SYN_SENT);
  }

  @Test
  @Tag("SHLD-2")
  void testSynSent_resetWithReasonIsTold() throws Exception {
    Object[][] table = {
      {new byte[] {'L', 'm', 'p', 1}, new CloseReason.PortClosed()},
      {new byte[] {'L', 'm', 'p', 2}, new CloseReason.BacklogFull()},
      {new byte[] {'L', 'm', 'p', 3}, new CloseReason.PeerReset()},
      {new byte[0], new CloseReason.PortClosed()},
    };
    for (Object[] row : table) {
      PlayedPeer script = new PlayedPeer().synSent();
      script.flush();
      script.iss = script.expect().seq;
      String data = new String((byte[]) row[0], java.nio.charset.StandardCharsets.US_ASCII);
      script.receive(Segment.RST | Segment.ACK, 0, script.iss + 1, data);
      assertThat(script.closed()).isEqualTo(row[1]);
    }
  }

  @Test
  void testSynSent_resetWithoutAckIsIgnored() throws Exception {
    s.synSent().flush();
    s.receive(Segment.RST, 0, 0, "");
    s.assertState(TcpState.SYN_SENT);
  }

  @Test
  void testSynSent_synOpensSimultaneously() throws Exception {
    s.synSent().flush();
    s.iss = s.expect().seq;
    s.nowNs += 20 * PlayedPeer.MS;
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "");
    s.assertState(TcpState.SYN_RECEIVED);
    Segment synAck = s.expect(Segment.SYN | Segment.ACK, -1, 0);
    assertThat(synAck.seq).isEqualTo(s.iss);
    s.receive(Segment.SYN | Segment.ACK, PlayedPeer.PEER_ISS, s.iss + 1, "");
    s.assertState(TcpState.ESTABLISHED);
  }

  @Test
  void testSynSent_dataWrittenBeforeConnectedRidesWithTheSyn() throws Exception {
    s.synSent();
    s.write("early");
    Segment syn = s.expect();
    assertThat(syn.has(Segment.SYN)).isTrue();
    assertThat(syn.payload.remaining()).isEqualTo(5);
  }

  @Test
  void testSynSent_peerThatLeavesTheFirstFlightAsideGetsItAtOnce() throws Exception {
    s.synSent();
    s.write("early");
    s.iss = s.expect().seq;
    s.nowNs += 10 * PlayedPeer.MS;
    s.receive(Segment.SYN | Segment.ACK, PlayedPeer.PEER_ISS, s.iss + 1, "");
    Segment again = s.expect(Segment.ACK, 0, 0);
    assertThat(again.payload.remaining()).isEqualTo(5);
  }

  @Test
  void testSynSent_synIsRepeatedUntilTheUserTimeout() throws Exception {
    s.synSent().flush();
    s.expect();
    s.advance(10_000 * PlayedPeer.MS);
    int repeats = 0;
    while (s.closed() == null && repeats < 12) {
      s.expect();
      repeats++;
    }
    assertThat(repeats).isGreaterThanOrEqualTo(12);
    s.assertState(TcpState.SYN_SENT);
    s.advance(300_000 * PlayedPeer.MS);
    assertThat(s.closed()).isInstanceOf(CloseReason.UserTimeout.class);
  }

  // SYN-RECEIVED.

  @Test
  void testSynReceived_repeatedSynIsAnsweredAgain() throws Exception {
    s.synReceived();
    s.nowNs += 30 * PlayedPeer.MS;
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "");
    s.expect(Segment.SYN | Segment.ACK, -1, 0);
  }

  /** RFC 7413 section 3: the answer to a request that came with the SYN does not wait. */
  @Test
  void testSynReceived_answerToDataOfTheSynRidesWithTheSynAck() throws Exception {
    s.listening(4, false);
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "ask", syn -> syn.mss = 1000);
    s.takeRequest();
    s.connection().accept(s.nowNs);
    assertThat(s.read(false)).isEqualTo("ask");
    s.write("answer");
    Segment synAck = s.expect();
    s.iss = synAck.seq;
    assertThat(synAck.flags).isEqualTo(Segment.SYN | Segment.ACK);
    assertThat(synAck.ack).isEqualTo(PlayedPeer.PEER_ISS + 4);
    assertThat(synAck.payload.remaining()).isEqualTo(6);
    s.expectNothing();
    s.peer(0, 3, 6, "");
    s.assertState(TcpState.ESTABLISHED);
    assertThat(s.connection().unacknowledgedBytes()).isZero();
  }

  @Test
  void testSynReceived_answerThatComesLaterFollowsTheSynAckAtOnce() throws Exception {
    s.listening(4, false);
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "ask", syn -> syn.mss = 1000);
    s.takeRequest();
    s.connection().accept(s.nowNs);
    s.flush();
    s.iss = s.expect().seq;
    s.write("answer");
    assertThat(s.expect(Segment.ACK, 0, 3).payload.remaining()).isEqualTo(6);
    s.assertState(TcpState.SYN_RECEIVED);
  }

  @Test
  void testSynReceived_synAckToASynWithoutDataHasNone() throws Exception {
    s.requested();
    s.connection().accept(s.nowNs);
    s.write("greeting");
    Segment synAck = s.expect();
    assertThat(synAck.flags).isEqualTo(Segment.SYN | Segment.ACK);
    assertThat(synAck.payload.remaining()).isZero();
  }

  @Test
  void testSynReceived_answerLargerThanASegmentOrTheWindowGoesInParts() throws Exception {
    s.window = 2100;
    s.listening(4, false);
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "ask", syn -> syn.mss = 1000);
    s.takeRequest();
    s.connection().accept(s.nowNs);
    s.write("x".repeat(3000));
    Segment synAck = s.expect();
    s.iss = synAck.seq;
    int first = synAck.payload.remaining();
    assertThat(first).isBetween(900, 996);
    assertThat(s.expect(Segment.ACK, first, 3).payload.remaining()).isEqualTo(1000);
    s.expectNothing();
  }

  @Test
  void testSynReceived_wrongAckIsReset() throws Exception {
    s.synReceived();
    s.peer(0, 0, 555, "");
    assertThat(s.expect().flags).isEqualTo(Segment.RST);
    s.assertState(TcpState.SYN_RECEIVED);
  }

  @Test
  void testSynReceived_ackWithDataEstablishesAndDelivers() throws Exception {
    s.synReceived();
    s.peer(0, 0, 0, "data");
    s.assertState(TcpState.ESTABLISHED);
    assertThat(s.read()).isEqualTo("data");
  }

  // ESTABLISHED.

  @Test
  void testEstablished_dataIsDeliveredInOrderAndAcknowledged() throws Exception {
    s.established();
    s.peer(0, 0, 0, "abc");
    s.expect(Segment.ACK, 0, 3);
    s.peer(0, 5, 0, "fgh");
    Segment duplicate = s.expect(Segment.ACK, 0, 3);
    assertThat(duplicate.sackCount).isEqualTo(1);
    assertThat(s.read()).isEqualTo("abc");
    s.peer(0, 3, 0, "de");
    s.expect(Segment.ACK, 0, 8);
    assertThat(s.read()).isEqualTo("defgh");
  }

  @Test
  void testEstablished_finBeyondAGapWaitsForTheGap() throws Exception {
    s.established();
    s.peer(Segment.FIN, 3, 0, "def");
    s.expect(Segment.ACK, 0, 0);
    s.assertState(TcpState.ESTABLISHED);
    s.peer(0, 0, 0, "abc");
    s.assertState(TcpState.CLOSE_WAIT);
    s.expect(Segment.ACK, 0, 7);
    assertThat(s.read()).isEqualTo("abcdef");
    assertThat(s.connection().isInputAtEnd()).isTrue();
  }

  /** RFC 5961 section 3.2. */
  @Test
  void testEstablished_resetMustBeExact() throws Exception {
    s.established();
    s.receive(Segment.RST, PlayedPeer.PEER_ISS + 1 + 100, 0, "");
    s.expect(Segment.ACK, 0, 0);
    s.assertState(TcpState.ESTABLISHED);
    s.receive(Segment.RST, PlayedPeer.PEER_ISS + 1 - 100_000, 0, "");
    s.assertState(TcpState.ESTABLISHED);
    s.forgetSent();
    s.receive(Segment.RST, PlayedPeer.PEER_ISS + 1, 0, "");
    assertThat(s.closed()).isEqualTo(new CloseReason.PeerReset());
  }

  /** RFC 5961 section 4.2. */
  @Test
  void testEstablished_synIsChallenged() throws Exception {
    s.established();
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS + 1 + 50, 0, "");
    s.expect(Segment.ACK, 0, 0);
    s.assertState(TcpState.ESTABLISHED);
  }

  /** RFC 5961 section 5.2. */
  @Test
  void testEstablished_ackOfTheFutureIsChallengedAndItsDataDropped() throws Exception {
    s.established();
    s.peer(0, 0, 1_000_000, "evil");
    s.expect(Segment.ACK, 0, 0);
    assertThat(s.connection().readableBytes()).isZero();
  }

  /** RFC 5961 section 7. */
  @Test
  void testEstablished_challengesAreLimited() throws Exception {
    s.established();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 500; i++) {
        s.receive(Segment.SYN, PlayedPeer.PEER_ISS + 1 + 50, 0, "");
      }
      for (int i = 0; i < 10; i++) {
        s.expect(Segment.ACK, 0, 0);
      }
      s.expectNothing();
      s.advance(1_000 * PlayedPeer.MS);
    }
  }

  @Test
  void testEstablished_abortTellsThePeer() throws Exception {
    s.established();
    s.write("abc");
    s.forgetSent();
    s.connection().abort(s.nowNs);
    s.flush();
    Segment reset = s.expect(Segment.RST | Segment.ACK, 3, 0);
    assertThat(ResetReason.read(reset.payload)).isEqualTo(ResetReason.ABORTED);
    assertThat(s.closed()).isEqualTo(new CloseReason.LocalAbort());
  }

  @Test
  void testEstablished_newestConnectionOfAPeerReplacesTheOlderIfSoWanted() throws Exception {
    s.listening(4, true);
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "");
    TcpConnection old = s.request();
    old.accept(s.nowNs);
    s.flush();
    Segment synAck = s.expect();
    s.receive(Segment.ACK, PlayedPeer.PEER_ISS + 1, synAck.seq + 1, "");
    assertThat(old.state()).isEqualTo(TcpState.ESTABLISHED);
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "", x -> x.sourcePort = 6000);
    assertThat(old.state()).isEqualTo(TcpState.ESTABLISHED);
    s.request().accept(s.nowNs);
    s.flush();
    assertThat(old.state()).isEqualTo(TcpState.CLOSED);
    Segment reset = s.expect();
    assertThat(ResetReason.read(reset.payload)).isEqualTo(ResetReason.REPLACED);
    assertThat(s.expect().has(Segment.SYN | Segment.ACK)).isTrue();
  }

  // Closing: section 3.6.

  @Test
  void testFinWait1_ackOfFinLeadsToFinWait2AndDataStillArrives() throws Exception {
    s.finWait2();
    s.peer(0, 0, 1, "late");
    s.expect(Segment.ACK, 1, 4);
    assertThat(s.read()).isEqualTo("late");
  }

  @Test
  void testFinWait1_finThatAcknowledgesOursLeadsToTimeWait() throws Exception {
    s.finWait1();
    s.peer(Segment.FIN, 0, 1, "");
    s.assertState(TcpState.TIME_WAIT);
    s.expect(Segment.ACK, 1, 1);
    assertThat(s.closed()).isEqualTo(new CloseReason.Graceful());
  }

  @Test
  void testFinWait1_finAloneLeadsToClosingAndItsAckToTimeWait() throws Exception {
    s.closing();
    s.peer(0, 1, 1, "");
    s.assertState(TcpState.TIME_WAIT);
  }

  @Test
  void testFinWait2_dataAfterCloseIsAnsweredByReset() throws Exception {
    s.established();
    s.connection().close(s.nowNs);
    s.flush();
    s.expect(Segment.FIN | Segment.ACK, 0, 0);
    s.peer(0, 0, 1, "");
    s.peer(0, 0, 1, "nobody reads this");
    assertThat(s.expect().has(Segment.RST)).isTrue();
    s.assertState(TcpState.CLOSED);
  }

  @Test
  void testFinWait2_closedConnectionDoesNotWaitForEver() throws Exception {
    s.established();
    s.connection().close(s.nowNs);
    s.flush();
    s.peer(0, 0, 1, "");
    s.assertState(TcpState.FIN_WAIT_2);
    s.advance(61_000 * PlayedPeer.MS);
    s.assertState(TcpState.CLOSED);
  }

  @Test
  void testCloseWait_dataStillGoesOut() throws Exception {
    s.closeWait();
    s.write("answer");
    assertThat(s.expect(Segment.ACK, 0, 1).payload.remaining()).isEqualTo(6);
  }

  @Test
  void testLastAck_ackOfFinCloses() throws Exception {
    s.lastAck();
    s.peer(0, 1, 1, "");
    s.assertState(TcpState.CLOSED);
    assertThat(s.closed()).isEqualTo(new CloseReason.Graceful());
  }

  @Test
  void testLastAck_finIsRepeated() throws Exception {
    s.lastAck();
    s.advance(300 * PlayedPeer.MS);
    s.expect(Segment.FIN | Segment.ACK, 0, 1);
  }

  @Test
  void testTimeWait_repeatedFinIsAcknowledgedAndTheWaitBeginsAgain() throws Exception {
    s.timeWait();
    s.advance(9_000 * PlayedPeer.MS);
    s.peer(Segment.FIN, 0, 1, "");
    s.expect(Segment.ACK, 1, 1);
    s.advance(9_000 * PlayedPeer.MS);
    s.assertState(TcpState.TIME_WAIT);
    s.advance(1_001 * PlayedPeer.MS);
    s.assertState(TcpState.CLOSED);
    assertThat(s.endpoint.connections()).isEmpty();
  }

  /** A SYN may carry data, and is sent more than once while the path loses. */
  @Test
  void testClosed_lateCopyOfAFinishedRequestIsNotAnotherRequest() throws Exception {
    s.lastAck();
    s.peer(0, 1, 1, "");
    s.assertState(TcpState.CLOSED);
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS, 0, "");
    assertThat(s.listener().pending()).isZero();
    assertThat(s.expect().has(Segment.RST)).isTrue();
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS + 70_000, 0, "");
    assertThat(s.listener().pending()).isEqualTo(1);
  }

  /** RFC 9293 MAY-2, RFC 6191. */
  @Test
  void testTimeWait_newerSynIsANewRequest() throws Exception {
    s.timeWait();
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS + 100_000, 0, "");
    assertThat(s.listener().pending()).isEqualTo(1);
    assertThat(s.connection().state()).isEqualTo(TcpState.CLOSED);
  }

  @Test
  void testTimeWait_olderSynIsNot() throws Exception {
    s.timeWait();
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS - 100_000, 0, "");
    assertThat(s.listener().pending()).isZero();
    s.assertState(TcpState.TIME_WAIT);
  }

  /** RFC 6191 section 2: a short connection may be over before the peer's clock has ticked. */
  @Test
  void testTimeWait_synOfTheSameTickIsJudgedByItsSequenceNumber() throws Exception {
    s.timestamps = true;
    s.timeWait();
    int tick = s.tcb().tsRecent;
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS - 100_000, 0, "", syn -> stamp(syn, tick));
    assertThat(s.listener().pending()).isZero();
    s.assertState(TcpState.TIME_WAIT);
    s.receive(Segment.SYN, PlayedPeer.PEER_ISS + 100_000, 0, "", syn -> stamp(syn, tick));
    assertThat(s.listener().pending()).isEqualTo(1);
  }

  private static void stamp(Segment segment, int tsVal) {
    segment.hasTimestamps = true;
    segment.tsVal = tsVal;
  }
}

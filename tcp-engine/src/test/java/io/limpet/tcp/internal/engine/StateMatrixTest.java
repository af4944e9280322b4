package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.wire.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every state against every kind of event (RFC 9293 section 3.10), one test for each cell. What is
 * particular to a cell is told in {@link StateTableTest} and the scripts.
 */
final class StateMatrixTest {
  private static final List<TcpState> STATES =
      List.of(
          TcpState.CLOSED,
          TcpState.LISTEN,
          TcpState.SYN_SENT,
          TcpState.SYN_RECEIVED,
          TcpState.ESTABLISHED,
          TcpState.FIN_WAIT_1,
          TcpState.FIN_WAIT_2,
          TcpState.CLOSE_WAIT,
          TcpState.CLOSING,
          TcpState.LAST_ACK,
          TcpState.TIME_WAIT);

  private static final Map<TcpState, String> SHORT =
      Map.ofEntries(
          Map.entry(TcpState.CLOSED, "CL"),
          Map.entry(TcpState.LISTEN, "LI"),
          Map.entry(TcpState.SYN_SENT, "SS"),
          Map.entry(TcpState.SYN_RECEIVED, "SR"),
          Map.entry(TcpState.ESTABLISHED, "ES"),
          Map.entry(TcpState.FIN_WAIT_1, "F1"),
          Map.entry(TcpState.FIN_WAIT_2, "F2"),
          Map.entry(TcpState.CLOSE_WAIT, "CW"),
          Map.entry(TcpState.CLOSING, "CG"),
          Map.entry(TcpState.LAST_ACK, "LA"),
          Map.entry(TcpState.TIME_WAIT, "TW"));

  /**
   * A cell is the state after the event, or {@code =} for the same, and what is sent: {@code 0}
   * nothing, {@code A} the acknowledgement {@code <SEQ=SND.NXT><ACK=RCV.NXT>}, {@code R} a RST,
   * {@code S} a SYN-ACK, {@code F} a FIN, {@code D} data. {@code NR} is the old connection closed
   * and a new request waiting; {@code xx} is a call that is refused; {@code --} cannot be.
   */
  private static final String[] TABLE = {
    // event                   CL   LI   SS   SR   ES   F1   F2   CW   CG   LA   TW
    "synInWindow              =R   SR0  SRS  NR0  =A   =A   =A   =A   =A   =A   NR0",
    "synOld                   =R   SR0  SRS  =A   =A   =A   =A   =A   =A   =A   =A",
    "resetExact               =0   =0   =0   CL0  CL0  CL0  CL0  CL0  CL0  CL0  CL0",
    "resetInWindow            =0   =0   =0   =A   =A   =A   =A   =A   =A   =A   =A",
    "resetOutside             =0   =0   =0   =0   =0   =0   =0   =0   =0   =0   =0",
    "ackOfNothingNew          =R   =R   =R   =R   =0   =0   =0   =0   =0   =0   =0",
    "ackOfAllSent             =R   =R   =0   ES0  =0   F20  =0   =0   TW0  CL0  =0",
    "ackOfTheFuture           =R   =R   =R   =R   =A   =A   =A   =A   =A   =A   =A",
    "ackOfLongAgo             =R   =R   =R   =R   =A   =A   =A   =A   =A   =A   =A",
    "dataInOrder              =R   =R   =R   =R   =A   =A   =A   =A   =A   =A   =A",
    "dataInOrderAckingAll     =R   =R   =0   ESA  =A   F2A  =A   =A   TWA  CL0  =A",
    "dataBeyondAGap           =R   =R   =0   ESA  =A   F2A  =A   =A   TWA  CL0  =A",
    "dataReceivedBefore       =R   =R   =R   =A   =A   =A   =A   =A   =A   =A   =A",
    "dataBeyondTheWindow      =R   =R   =R   =A   =A   =A   =A   =A   =A   =A   =A",
    "dataWithoutAckBit        =R   =0   =0   =0   =0   =0   =0   =0   =0   =0   =0",
    "finInOrder               =R   =R   =R   =R   CWA  CGA  TWA  =A   =A   =A   =A",
    "finInOrderAckingAll      =R   =R   =0   CWA  CWA  TWA  TWA  =A   TWA  CL0  =A",
    "keepAlive                =R   =R   =R   =A   =A   =A   =A   =A   =A   =A   =A",
    "synAckOfThisConnection   =R   =R   ESA  ES0  =A   =A   =A   =A   =A   =A   =A",
    "callWrite                xx   --   =0   =D   =D   xx   xx   =D   xx   xx   xx",
    "callShutdown             =0   --   =0   =0   F1F  =0   =0   LAF  =0   =0   =0",
    "callClose                =0   CL0  CL0  =0   F1F  =0   =0   LAF  =0   =0   =0",
    "callAbort                =0   --   CL0  CLR  CLR  CLR  CLR  CLR  CLR  CLR  CL0",
    "callRead                 -1   --   0    0    0    0    0    -1   -1   -1   -1",
    "peerRestarted            =0   =0   CL0  CL0  CL0  CL0  CL0  CL0  CL0  CL0  CL0",
    "fiveMinutesOfSilence     =0   =0   CL*  CL*  =0   CL*  =0   =0   CL*  CL*  CL0",
  };

  private static PlayedPeer enter(TcpState state) throws Exception {
    PlayedPeer s = new PlayedPeer();
    switch (state) {
      case CLOSED -> s.localPort = PlayedPeer.PORT;
      case LISTEN -> s.listening(4, false);
      case SYN_SENT -> {
        s.synSent().flush();
        s.iss = s.expect().seq;
      }
      case SYN_RECEIVED -> s.synReceived();
      case ESTABLISHED -> s.established();
      case FIN_WAIT_1 -> s.finWait1();
      case FIN_WAIT_2 -> s.finWait2();
      case CLOSE_WAIT -> s.closeWait();
      case CLOSING -> s.closing();
      case LAST_ACK -> s.lastAck();
      case TIME_WAIT -> s.timeWait();
    }
    s.nowNs += 5 * PlayedPeer.MS;
    s.expectNothing();
    return s;
  }

  /** A connection in a state, and the numbers that its peer would use. */
  private record Scene(
      PlayedPeer s, TcpState state, int rcvNxt, int sndUna, int sndNxt, int window) {
    static Scene of(TcpState state) throws Exception {
      PlayedPeer s = enter(state);
      if (state == TcpState.CLOSED || state == TcpState.LISTEN) {
        return new Scene(s, state, PlayedPeer.PEER_ISS + 1, 100, 200, 60_000);
      }
      Tcb tcb = s.tcb();
      int next = state == TcpState.SYN_SENT ? PlayedPeer.PEER_ISS + 1 : tcb.rcvNxt();
      return new Scene(s, state, next, tcb.sndUna, tcb.sndNxt, tcb.rcv.acceptableWindow());
    }

    private void in(int flags, int seqOffset, int ack, int bytes) {
      s.receive(flags, rcvNxt + seqOffset, ack, "x".repeat(bytes));
    }

    @Nullable String play(String event) {
      switch (event) {
        case "synInWindow" -> in(Segment.SYN, 50, 0, 0);
        case "synOld" -> in(Segment.SYN, -100_000, 0, 0);
        case "resetExact" -> in(Segment.RST, 0, 0, 0);
        case "resetInWindow" -> in(Segment.RST, 100, 0, 0);
        case "resetOutside" -> in(Segment.RST, window + 70_000, 0, 0);
        case "ackOfNothingNew" -> in(Segment.ACK, 0, sndUna, 0);
        case "ackOfAllSent" -> in(Segment.ACK, 0, sndNxt, 0);
        case "ackOfTheFuture" -> in(Segment.ACK, 0, sndNxt + 1000, 0);
        case "ackOfLongAgo" -> in(Segment.ACK, 0, sndUna - 200_000, 0);
        case "dataInOrder" -> in(Segment.ACK, 0, sndUna, 10);
        case "dataInOrderAckingAll" -> in(Segment.ACK, 0, sndNxt, 10);
        case "dataBeyondAGap" -> in(Segment.ACK, 500, sndNxt, 10);
        case "dataReceivedBefore" -> in(Segment.ACK, -20, sndUna, 10);
        case "dataBeyondTheWindow" -> in(Segment.ACK, window + 10, sndUna, 10);
        case "dataWithoutAckBit" -> in(Segment.PSH, 0, 0, 10);
        case "finInOrder" -> in(Segment.ACK | Segment.FIN, 0, sndUna, 0);
        case "finInOrderAckingAll" -> in(Segment.ACK | Segment.FIN, 0, sndNxt, 0);
        case "keepAlive" -> in(Segment.ACK, -1, sndUna, 0);
        case "synAckOfThisConnection" ->
            s.receive(Segment.SYN | Segment.ACK, PlayedPeer.PEER_ISS, sndNxt, "");
        case "peerRestarted" -> s.endpoint.onPeerRestarted(s.nowNs, PlayedPeer.PEER);
        case "fiveMinutesOfSilence" -> s.advance(301_000 * PlayedPeer.MS);
        default -> {
          return call(event);
        }
      }
      return null;
    }

    private @Nullable String call(String event) {
      if (state == TcpState.CLOSED) {
        // What is left of a connection that is over.
        throw new IllegalStateException("replaced by the test");
      }
      if (state == TcpState.LISTEN) {
        s.listener().close(s.nowNs);
        return null;
      }
      TcpConnection c = s.connection();
      try {
        switch (event) {
          case "callWrite" -> c.write(s.nowNs, ByteBuffer.allocate(10));
          case "callShutdown" -> c.shutdownOutput(s.nowNs);
          case "callClose" -> c.close(s.nowNs);
          case "callAbort" -> c.abort(s.nowNs);
          case "callRead" -> {
            return String.valueOf(c.read(s.nowNs, ByteBuffer.allocate(10)));
          }
          default -> throw new IllegalArgumentException(event);
        }
      } catch (IllegalStateException refused) {
        return "xx";
      }
      return null;
    }

    /** The state after the event and what was sent, as the table writes them. */
    String outcome() {
      List<Segment> sent = new ArrayList<>();
      s.flush();
      for (byte[] bytes = s.takeSent(); bytes != null; bytes = s.takeSent()) {
        sent.add(s.parse(bytes));
      }
      StringBuilder answers = new StringBuilder();
      for (Segment segment : sent) {
        answers.append(kind(segment));
      }
      TcpState after = stateAfter();
      boolean renewed = state != TcpState.LISTEN && isRequested();
      String name = renewed ? "NR" : after == state ? "=" : SHORT.get(after);
      return name + (answers.isEmpty() ? "0" : answers);
    }

    private boolean isRequested() {
      return (state == TcpState.LISTEN || hasListener()) && s.listener().pending() == 1;
    }

    private boolean hasListener() {
      return state != TcpState.CLOSED && state != TcpState.SYN_SENT;
    }

    private TcpState stateAfter() {
      return switch (state) {
        case CLOSED -> TcpState.CLOSED;
        case LISTEN -> {
          if (isRequested()) {
            yield TcpState.SYN_RECEIVED;
          }
          yield s.isListening() ? TcpState.LISTEN : TcpState.CLOSED;
        }
        default -> s.connection().state();
      };
    }

    private String kind(Segment segment) {
      if (segment.has(Segment.RST)) {
        return "R";
      }
      if (segment.has(Segment.SYN)) {
        return "S";
      }
      if (segment.has(Segment.FIN)) {
        return "F";
      }
      if (segment.payload.hasRemaining()) {
        return "D";
      }
      Tcb tcb = s.tcb();
      assertThat(segment.seq).as("<SEQ=SND.NXT>").isEqualTo(tcb.sndNxt);
      assertThat(segment.ack).as("<ACK=RCV.NXT>").isEqualTo(tcb.rcvNxt());
      return "A";
    }
  }

  @TestFactory
  Stream<DynamicTest> matrix() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String row : TABLE) {
      String[] cells = row.split("\\s+", -1);
      assertThat(cells).as(row).hasSize(STATES.size() + 1);
      for (int i = 0; i < STATES.size(); i++) {
        TcpState state = STATES.get(i);
        String event = cells[0];
        String expected = cells[i + 1];
        if (!expected.equals("--")) {
          tests.add(
              DynamicTest.dynamicTest(name(state, event), () -> check(state, event, expected)));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(250);
    return tests.stream();
  }

  private static String name(TcpState state, String event) {
    StringBuilder name = new StringBuilder("test");
    for (String word : state.name().split("_", -1)) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.append('_').append(event).toString();
  }

  private static void check(TcpState state, String event, String expected) throws Exception {
    if (state == TcpState.CLOSED && event.startsWith("call")) {
      checkClosed(event, expected);
      return;
    }
    Scene scene = Scene.of(state);
    String result = scene.play(event);
    String outcome = result != null ? result : scene.outcome();
    if (expected.endsWith("*")) {
      // Retransmissions on the way are told elsewhere.
      assertThat(outcome).startsWith(expected.substring(0, 2));
    } else {
      assertThat(outcome).isEqualTo(expected);
    }
  }

  /** Calls on a connection that is over (RFC 9293: "connection does not exist"). */
  private static void checkClosed(String event, String expected) throws Exception {
    PlayedPeer s = enter(TcpState.ESTABLISHED);
    s.receive(Segment.RST, PlayedPeer.PEER_ISS + 1, 0, "");
    Scene scene = new Scene(s, TcpState.ESTABLISHED, 0, 0, 0, 0);
    String result = scene.call(event);
    s.assertState(TcpState.CLOSED);
    s.expectNothing();
    assertThat(result == null ? "=0" : result).isEqualTo(expected);
  }
}

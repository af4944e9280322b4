package io.limpet.tcp.internal.engine;

import static io.limpet.tcp.internal.engine.SimNet.MS;
import static io.limpet.tcp.internal.engine.SimNet.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.cc.MeshRate;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes on goes on, and what is over leaves nothing: each case was once found by the swarm. */
final class LivenessTest {
  private static final int PORT = 7;

  private Connection server;

  /** Opens a connection whose server writes something at once. */
  private Connection open(Pair pair, int serverBytes) throws Exception {
    TcpListener listener = pair.server.endpoint.listen(PORT, 4, false, TcpConfig.defaults());
    pair.server.application =
        () -> {
          TcpConnection request = listener.pollRequest();
          if (request != null) {
            server = (Connection) request;
            server.accept(pair.nowNs);
            server.write(pair.nowNs, ByteBuffer.allocate(serverBytes));
          }
        };
    return connect(pair);
  }

  private static Connection connect(Pair pair) throws Exception {
    return (Connection)
        pair.client.endpoint.connect(pair.nowNs, Pair.SERVER, PORT, 0, TcpConfig.defaults());
  }

  private static Connection established(Pair pair, Connection client) {
    assertThat(pair.runUntil(5 * SECOND, () -> client.state() == TcpState.ESTABLISHED)).isTrue();
    return client;
  }

  private static Endpoint engine(SimNet.Node node) {
    return (Endpoint) node.endpoint;
  }

  @Test
  void whatNobodyWillReadIsGivenBack() throws Exception {
    Pair pair = Pair.perfect(1);
    Connection client = established(pair, open(pair, 20_000));
    assertThat(pair.runUntil(5 * SECOND, () -> client.readableBytes() == 20_000)).isTrue();
    server.abort(pair.nowNs);
    pair.run(SECOND);
    assertThat(client.state()).isEqualTo(TcpState.CLOSED);
    assertThat(client.readableBytes()).isEqualTo(20_000);
    assertThat(engine(pair.client).pool.heldBytes()).isPositive();
    client.close(pair.nowNs);
    assertThat(engine(pair.client).pool.heldBytes()).isZero();
  }

  @Test
  void aRequestThatNobodyTookLeavesNothing() throws Exception {
    Pair pair = Pair.perfect(2);
    pair.server.endpoint.listen(PORT, 4, false, TcpConfig.defaults());
    Connection client = connect(pair);
    client.write(pair.nowNs, ByteBuffer.allocate(100));
    pair.run(SECOND);
    assertThat(engine(pair.server).pool.heldBytes()).isPositive();
    pair.server.endpoint.close(pair.nowNs);
    assertThat(engine(pair.server).pool.heldBytes()).isZero();
  }

  @Test
  void aRequestWhoseTimeoutIsChangedStillEnds() throws Exception {
    Pair pair = Pair.perfect(10);
    TcpListener listener = pair.server.endpoint.listen(PORT, 4, false, TcpConfig.defaults());
    Connection client = connect(pair);
    pair.run(SECOND);
    TcpConnection request = listener.pollRequest();
    assertThat(request).isNotNull();
    request.setUserTimeoutNs(pair.nowNs, 150 * SECOND);
    client.abort(pair.nowNs);
    pair.run(200 * SECOND);
    assertThat(request.state()).isEqualTo(TcpState.CLOSED);
  }

  @Test
  void aPeerThatAnswersEachProbeIsAlive() throws Exception {
    Pair pair = Pair.perfect(3);
    Connection client = established(pair, open(pair, 0));
    client.setKeepAliveNs(pair.nowNs, SECOND);
    client.setKeepAliveProbes(5 * SECOND, 3);
    pair.run(120 * SECOND);
    assertThat(client.state()).isEqualTo(TcpState.ESTABLISHED);
  }

  @Test
  void whileTimeStoodStillThereWasNoRoundTrip() throws Exception {
    Pair pair = Pair.perfect(4);
    Connection client = established(pair, open(pair, 0));
    client.write(pair.nowNs, ByteBuffer.allocate(100));
    pair.settle();
    // The process is stopped, and goes on.
    pair.nowNs += 200 * SECOND;
    client.tcb.timers.stop(TimerKind.REXMT);
    client.tcb.timers.stop(TimerKind.TLP);
    client.tcb.timers.stop(TimerKind.SUSPECT);
    engine(pair.client).reschedule(client);
    pair.run(SECOND);
    assertThat(client.unacknowledgedBytes()).isZero();
    assertThat(client.info(pair.nowNs).rtoNs()).isLessThan(2 * SECOND);
  }

  @Test
  void statusTellsTheTimeInAStateAndTheTimeoutsWithoutAnAnswer() throws Exception {
    Pair pair = Pair.perfect(13);
    Connection client = established(pair, open(pair, 0));
    pair.run(3 * SECOND);
    assertThat(client.info(pair.nowNs).stateNs()).isBetween(3 * SECOND - MS, 4 * SECOND);
    assertThat(client.info(pair.nowNs).timeoutsInARow()).isZero();

    server.shutdownOutput(pair.nowNs);
    pair.run(SECOND);
    assertThat(client.state()).isEqualTo(TcpState.CLOSE_WAIT);
    assertThat(server.state()).isEqualTo(TcpState.FIN_WAIT_2);
    for (Connection one : List.of(client, server)) {
      assertThat(one.info(pair.nowNs).stateNs()).isBetween(SECOND / 2, SECOND);
    }

    pair.client.out.loss = 1;
    client.write(pair.nowNs, ByteBuffer.allocate(100));
    pair.run(5 * SECOND);
    assertThat(client.info(pair.nowNs).timeoutsInARow()).isGreaterThan(1);
    pair.client.out.loss = 0;
    pair.run(20 * SECOND);
    assertThat(client.info(pair.nowNs).timeoutsInARow()).isZero();
  }

  @Test
  void anAnswerThatIsTooLargeIsMadeSmaller() throws Exception {
    Pair pair = Pair.perfect(5);
    pair.server.out.mtuBytes = 700;
    Connection client = open(pair, 5000);
    client.write(pair.nowNs, ByteBuffer.allocate(100));
    established(pair, client);
  }

  @Test
  void nobodyWaitsForOneThatIsOver() throws Exception {
    Pair pair = Pair.symmetric(6, 5, 50 * MS, 0);
    Connection busy = established(pair, open(pair, 0));
    Connection next = established(pair, connect(pair));
    busy.write(pair.nowNs, ByteBuffer.allocate(60_000));
    pair.settle();
    next.write(pair.nowNs, ByteBuffer.allocate(20_000));
    pair.run(20 * MS);
    assertThat(next.waitsForTurn).isTrue();
    assertThat(next.tcb.scoreboard.packetsOut()).isZero();
    busy.abort(pair.nowNs);
    pair.settle();
    assertThat(next.tcb.timers.isSet(TimerKind.PACING) || next.tcb.scoreboard.packetsOut() > 0)
        .isTrue();
  }

  @Test
  void aCopyOfARefusedRequestIsNoOtherRequest() throws Exception {
    Pair pair = Pair.perfect(7);
    TcpListener listener = pair.server.endpoint.listen(PORT, 4, false, TcpConfig.defaults());
    Connection client = connect(pair);
    List<byte[]> sent = new ArrayList<>();
    pair.client.watcher = (atNs, to, segment) -> sent.add(SimNet.bytesOf(segment));
    pair.run(SECOND);
    TcpConnection request = listener.pollRequest();
    assertThat(request).isNotNull();
    request.abort(pair.nowNs);
    pair.run(SECOND);
    assertThat(client.state()).isEqualTo(TcpState.CLOSED);
    pair.server.endpoint.onSegment(pair.nowNs, Pair.CLIENT, ByteBuffer.wrap(sent.get(0)));
    assertThat(listener.pollRequest()).isNull();
    pair.server.endpoint.onPeerRestarted(pair.nowNs, Pair.CLIENT);
    pair.server.endpoint.onSegment(pair.nowNs, Pair.CLIENT, ByteBuffer.wrap(sent.get(0)));
    assertThat(listener.pollRequest()).isNotNull();
  }

  @Test
  void aResetOfWhatWasNotDeliveredIsNoOrderlyEnd() throws Exception {
    Pair pair = Pair.perfect(8);
    Connection client = established(pair, open(pair, 0));
    pair.run(SECOND);
    pair.client.out.cut = true;
    client.write(pair.nowNs, ByteBuffer.allocate(1000));
    client.shutdownOutput(pair.nowNs);
    server.shutdownOutput(pair.nowNs);
    pair.run(SECOND);
    assertThat(client.state()).isEqualTo(TcpState.CLOSING);
    server.abort(pair.nowNs);
    pair.run(SECOND);
    TcpEvent last = null;
    for (TcpEvent e = client.pollEvent(); e != null; e = client.pollEvent()) {
      last = e;
    }
    assertThat(last).isEqualTo(new TcpEvent.Closed(new CloseReason.PeerReset()));
  }

  @Test
  void nothingWasDeliveredBeforeAnythingWas() {
    SendControl control = new SendControl(new MeshRate(1200), 1200);
    assertThat(control.hasDeliveredWithin(-5 * SECOND, SECOND)).isFalse();
    control.onDelivered(-5 * SECOND);
    assertThat(control.hasDeliveredWithin(-5 * SECOND + 1, SECOND)).isTrue();
    assertThat(control.hasDeliveredWithin(-4 * SECOND, SECOND)).isFalse();
  }

  @Test
  void whoeverHadLittleToSendIsNotSlowForEver() throws Exception {
    Pair pair = Pair.symmetric(9, 50, 30 * MS, 0);
    Connection client = established(pair, open(pair, 0));
    for (int i = 0; i < 200; i++) {
      client.write(pair.nowNs, ByteBuffer.allocate(200));
      pair.run(500 * MS);
    }
    long least = 4L * client.tcb.sendMss() * SECOND / client.tcb.rtt.srttNs();
    assertThat(client.tcb.control.cc.pacingRateBytesPerSecond()).isGreaterThan(least / 2);
  }
}

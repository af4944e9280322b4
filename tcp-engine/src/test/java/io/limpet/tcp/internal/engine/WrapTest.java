package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.wire.SeqNum;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Transfers whose sequence numbers pass 2^32, and the sign bit, on the way. */
final class WrapTest {
  private @Nullable StreamApp serverApp;

  @Test
  void sequenceNumbersWrapInTheMiddleOfALossyTransfer() throws Exception {
    for (int boundary : new int[] {0, Integer.MIN_VALUE}) {
      for (long seed = 0; seed < 4; seed++) {
        transferAcross(boundary, seed);
      }
    }
  }

  private void transferAcross(int boundary, long seed) throws Exception {
    serverApp = null;
    SplittableRandom random = new SplittableRandom(seed);
    SimPath there = SimPath.of(random, 50, 5 * Pair.MS);
    SimPath back = SimPath.of(random.split(), 50, 5 * Pair.MS);
    there.loss = 0.1;
    back.loss = 0.1;
    Pair pair = new Pair(seed, there, back);
    WindowGuard guard = new WindowGuard(pair);
    TcpListener listener = pair.server.endpoint.listen(7, 4, false, TcpConfig.defaults());
    byte[] up = Pair.pattern(400_000, seed);
    pair.server.application =
        () -> {
          TcpConnection request = listener.pollRequest();
          if (request != null) {
            request.accept(pair.nowNs);
            serverApp = new StreamApp(pair, request, new byte[10]);
          }
          if (serverApp != null) {
            serverApp.run();
          }
        };
    // The ISN advances by one each 4 us: the clock is set so that the boundary is 100,000 ahead.
    int localPort = 50_000;
    TcpConnection probe =
        pair.client.endpoint.connect(pair.nowNs, Pair.SERVER, 7, localPort, TcpConfig.defaults());
    int iss = ((Connection) probe).tcb.iss;
    probe.abort(pair.nowNs);
    pair.nowNs += Integer.toUnsignedLong(boundary - 100_000 - iss) * 4_000;
    StreamApp client =
        new StreamApp(
            pair,
            pair.client.endpoint.connect(
                pair.nowNs, Pair.SERVER, 7, localPort, TcpConfig.defaults()),
            up);
    Tcb tcb = ((Connection) client.connection).tcb;
    assertThat(boundary - tcb.iss).isBetween(99_000, 101_000);
    pair.client.application = client::run;
    assertThat(
            pair.runUntil(
                60 * Pair.SECOND, () -> client.isDone() && serverApp != null && serverApp.isDone()))
        .isTrue();
    assertThat(Objects.requireNonNull(serverApp).received.toByteArray()).isEqualTo(up);
    assertThat(SeqNum.gt(tcb.sndNxt, boundary)).isTrue();
    assertThat(guard.checked).isPositive();
  }
}

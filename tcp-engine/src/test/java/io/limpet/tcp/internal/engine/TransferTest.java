package io.limpet.tcp.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpConfig;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bytes get through, both ways, and connections end in order. */
final class TransferTest {
  private @Nullable StreamApp serverApp;

  private StreamApp start(Pair pair, byte[] up, byte[] down) throws Exception {
    TcpListener listener = pair.server.endpoint.listen(7, 4, false, TcpConfig.defaults());
    pair.server.application =
        () -> {
          TcpConnection request = listener.pollRequest();
          if (request != null) {
            request.accept(pair.nowNs);
            serverApp = new StreamApp(pair, request, down);
          }
          if (serverApp != null) {
            serverApp.run();
          }
        };
    StreamApp app =
        new StreamApp(
            pair,
            pair.client.endpoint.connect(pair.nowNs, Pair.SERVER, 7, 0, TcpConfig.defaults()),
            up);
    pair.client.application = app::run;
    return app;
  }

  @Test
  void bytesGoBothWaysAndBothSidesCloseInOrder() throws Exception {
    Pair pair = Pair.perfect(1);
    byte[] up = Pair.pattern(300_000, 1);
    byte[] down = Pair.pattern(200_000, 2);
    StreamApp client = start(pair, up, down);
    assertThat(
            pair.runUntil(
                10 * Pair.SECOND, () -> client.isDone() && serverApp != null && serverApp.isDone()))
        .isTrue();
    assertThat(client.received.toByteArray()).isEqualTo(down);
    assertThat(Objects.requireNonNull(serverApp).received.toByteArray()).isEqualTo(up);
    assertThat(client.closed).isEqualTo(new CloseReason.Graceful());
    pair.run(11 * Pair.SECOND);
    assertThat(pair.client.endpoint.connections()).isEmpty();
    assertThat(pair.server.endpoint.connections()).isEmpty();
  }

  @Test
  void bytesGetThroughWithHeavyLoss() throws Exception {
    Pair pair = Pair.symmetric(2, 50, 5 * Pair.MS, 0.3);
    byte[] up = Pair.pattern(1_000_000, 1);
    byte[] down = Pair.pattern(100_000, 2);
    StreamApp client = start(pair, up, down);
    assertThat(
            pair.runUntil(
                100 * Pair.SECOND,
                () -> client.isDone() && serverApp != null && serverApp.isDone()))
        .isTrue();
    assertThat(client.received.toByteArray()).isEqualTo(down);
    assertThat(Objects.requireNonNull(serverApp).received.toByteArray()).isEqualTo(up);
  }

  @Test
  void aClosedPortRefusesAtOnce() throws Exception {
    Pair pair = Pair.perfect(3);
    StreamApp client =
        new StreamApp(
            pair,
            pair.client.endpoint.connect(pair.nowNs, Pair.SERVER, 7, 0, TcpConfig.defaults()),
            new byte[0]);
    client.shutdownAfterWrite = false;
    pair.client.application = client::run;
    assertThat(pair.runUntil(50 * Pair.MS, () -> client.closed != null)).isTrue();
    assertThat(client.closed).isEqualTo(new CloseReason.PortClosed());
  }
}

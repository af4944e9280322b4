package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.internal.kernel.EngineApp.Finish;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Urgent data between the engine and the kernel: both must mean the same byte (RFC 6093). */
final class Urgency {
  private Urgency() {}

  /** What the kernel marks, the engine sees marked, at the octet after the urgent one. */
  static void fromKernel(Bridge bridge) throws Exception {
    Talk.Plan plan = Talk.Plan.of(new byte[0]).finishing(Finish.NEVER);
    Talk.Server server = Talk.Server.at(bridge, 0, plan);
    try (RawSocket kernel = RawSocket.connect(server.port())) {
      EngineApp app = server.next();
      app.awaitConnected();
      app.reading(false);
      kernel.send("ab");
      kernel.sendUrgent("c!");
      kernel.send("de");
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> bridge.call(e -> app.connection().readableBytes()) == 6);
      assertThat(app.urgentEvents()).isPositive();
      assertThat(urgentBytes(bridge, app)).isEqualTo(4);
      app.reading(true);
      Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> app.received() == 6);
      assertThat(urgentBytes(bridge, app)).isZero();
    }
  }

  private static int urgentBytes(Bridge bridge, EngineApp app) throws Exception {
    return bridge.call(e -> app.connection().urgentBytes());
  }

  /** What the engine marks, the kernel hands out as out-of-band data, with its mark there. */
  static void fromEngine(Bridge bridge) throws Exception {
    Talk.Plan plan = Talk.Plan.of(new byte[0]).finishing(Finish.NEVER);
    Talk.Server server = Talk.Server.at(bridge, 0, plan);
    try (RawSocket kernel = RawSocket.connect(server.port())) {
      EngineApp app = server.next();
      app.awaitConnected();
      bridge.call(
          e -> {
            write(bridge, app, "abX");
            app.connection().markUrgent(bridge.nowNs());
            write(bridge, app, "de");
            return app;
          });
      assertThat(kernel.receive()).isEqualTo("ab");
      assertThat(kernel.isAtMark()).isTrue();
      assertThat(kernel.receiveUrgent()).isEqualTo("X");
      assertThat(kernel.receive()).isEqualTo("de");
      assertThat(kernel.isAtMark()).isFalse();
    }
  }

  private static void write(Bridge bridge, EngineApp app, String text) {
    int unused =
        app.connection()
            .write(bridge.nowNs(), ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }
}

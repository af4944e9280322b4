package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.kernel.EngineApp.Finish;
import io.limpet.tcp.internal.kernel.Streams.Task;
import io.limpet.tcp.internal.kernel.TunAir.Wire;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.awaitility.Awaitility;

/** Waiting for each other: closed windows, silence, and how long either is put up with. */
final class Patience {
  private static final int TINY = 4096;
  private static final long MS = 1_000_000L;

  private Patience() {}

  private static TcpInfo info(Bridge bridge, EngineApp app) throws Exception {
    return bridge.call(e -> app.connection().info(bridge.nowNs()));
  }

  /**
   * The kernel's window is closed: each probing octet is answered, for longer than the user
   * timeout, and when the window opens everything goes on.
   */
  static void closedWindow(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    Talk.Plan plan =
        Talk.Plan.of(Streams.bytes(200_000, seed)).kernelBuffer(TINY).userTimeout(1_000 * MS);
    try (Talk talk =
        engineFirst ? Talk.engineFirst(bridge, plan) : Talk.kernelFirst(bridge, plan)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> info(bridge, talk.engine()).sndWndBytes() == 0);
      long acknowledged = info(bridge, talk.engine()).bytesAcked();
      long answers = bridge.segmentsFromKernel();
      long probes = info(bridge, talk.engine()).segmentsSent();
      // Beyond the user timeout. The intervals double from a retransmission timeout, which is long
      // on a busy machine.
      Awaitility.await()
          .pollDelay(Duration.ofMillis(1500))
          .atMost(Duration.ofSeconds(60))
          .until(() -> info(bridge, talk.engine()).segmentsSent() >= probes + 3);
      TcpInfo waiting = info(bridge, talk.engine());
      assertThat(waiting.state()).isEqualTo(TcpState.ESTABLISHED);
      assertThat(bridge.segmentsFromKernel() - answers).isGreaterThanOrEqualTo(2);
      assertThat(waiting.bytesAcked()).isEqualTo(acknowledged);
      Task<String> reader = Task.start(() -> Streams.readAll(talk.kernel()));
      assertThat(reader.await()).isEqualTo(Streams.hash(plan.fromEngine()));
    }
  }

  /**
   * The kernel answers the engine's keepalives; when it can no longer be heard, that is the end.
   */
  static void keepAlive(Bridge bridge, boolean engineFirst) throws Exception {
    Talk.Plan plan = Talk.Plan.of(new byte[0]).finishing(Finish.NEVER).keepAlive(300 * MS);
    try (Talk talk =
        engineFirst ? Talk.engineFirst(bridge, plan) : Talk.kernelFirst(bridge, plan)) {
      long answers = bridge.segmentsFromKernel();
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> bridge.segmentsFromKernel() >= answers + 3);
      assertThat(info(bridge, talk.engine()).state()).isEqualTo(TcpState.ESTABLISHED);
      bridge.set(Wire.DEAF);
      assertThat(talk.engine().awaitClosed()).isInstanceOf(CloseReason.UserTimeout.class);
      bridge.set(Wire.OPEN);
    }
  }

  /** Data that nobody acknowledges ends the connection in time, and the kernel hears of it. */
  static void userTimeout(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    Talk.Plan plan =
        Talk.Plan.of(Streams.bytes(100, seed)).finishing(Finish.NEVER).userTimeout(700 * MS);
    try (Talk talk =
        engineFirst ? Talk.engineFirst(bridge, plan) : Talk.kernelFirst(bridge, plan)) {
      InputStream in = talk.kernel().getInputStream();
      assertThat(in.readNBytes(100)).isEqualTo(plan.fromEngine());
      assertThat(info(bridge, talk.engine()).userTimeoutNs()).isEqualTo(700 * MS);
      bridge.set(Wire.DEAF);
      long start = System.nanoTime();
      bridge.call(e -> talk.engine().connection().write(bridge.nowNs(), ByteBuffer.allocate(10)));
      assertThat(talk.engine().awaitClosed()).isInstanceOf(CloseReason.UserTimeout.class);
      assertThat(System.nanoTime() - start).isGreaterThan(650 * MS);
      assertThat(in.readNBytes(10)).isEqualTo(new byte[10]);
      assertThatThrownBy(in::read)
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      bridge.set(Wire.OPEN);
    }
  }

  /** The engine closes with data unread: the kernel gets what was written, then ECONNRESET. */
  static void closesUnread(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    byte[] answer = Streams.bytes(50_000, seed);
    Talk.Plan plan = Talk.Plan.of(answer).finishing(Finish.NEVER);
    try (Talk talk =
        engineFirst ? Talk.engineFirst(bridge, plan) : Talk.kernelFirst(bridge, plan)) {
      talk.engine().reading(false);
      talk.kernel().getOutputStream().write(Streams.bytes(1000, seed + 1));
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> bridge.call(e -> talk.engine().connection().readableBytes()) == 1000);
      bridge.call(
          e -> {
            talk.engine().connection().close(bridge.nowNs());
            return e;
          });
      InputStream in = talk.kernel().getInputStream();
      byte[] got = in.readNBytes(answer.length);
      assertThat(Arrays.equals(got, answer)).isTrue();
      assertThatThrownBy(in::read)
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }
}

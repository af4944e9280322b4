package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.kernel.EngineApp.Finish;
import io.limpet.tcp.internal.kernel.Streams.Task;
import io.limpet.tcp.internal.kernel.TunAir.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Beginnings and endings: who closes first, who refuses, who aborts. */
final class Endings {
  private static final String TIME_WAIT = "06";

  private Endings() {}

  private static Talk talk(Bridge bridge, boolean engineFirst, Talk.Plan plan) throws Exception {
    return engineFirst ? Talk.engineFirst(bridge, plan) : Talk.kernelFirst(bridge, plan);
  }

  /** The engine shuts down its output first and still reads all that the kernel sends later. */
  static void engineHalfCloses(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    byte[] request = Streams.bytes(10_000, seed);
    byte[] answer = Streams.bytes(100_000, seed + 1);
    try (Talk talk = talk(bridge, engineFirst, Talk.Plan.of(request))) {
      assertThat(Streams.readAll(talk.kernel())).isEqualTo(Streams.hash(request));
      Awaitility.await()
          .atMost(Duration.ofSeconds(2))
          .until(() -> talk.engine().passed(TcpState.FIN_WAIT_2));
      int unused = Streams.writeAll(talk.kernel(), answer, true).await();
      assertThat(talk.engine().awaitHash()).isEqualTo(Streams.hash(answer));
      assertThat(talk.engine().awaitClosed()).isInstanceOf(CloseReason.Graceful.class);
    }
  }

  /** The kernel shuts down its output first; the engine answers after that. */
  static void kernelHalfCloses(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    byte[] request = Streams.bytes(10_000, seed);
    byte[] answer = Streams.bytes(100_000, seed + 1);
    Talk.Plan plan = Talk.Plan.of(answer).finishing(Finish.AFTER_PEER);
    try (Talk talk = talk(bridge, engineFirst, plan)) {
      int unused = Streams.writeAll(talk.kernel(), request, true).await();
      assertThat(Streams.readAll(talk.kernel())).isEqualTo(Streams.hash(answer));
      assertThat(talk.engine().awaitHash()).isEqualTo(Streams.hash(request));
      assertThat(talk.engine().awaitClosed()).isInstanceOf(CloseReason.Graceful.class);
      awaitKernelState(talk.kernel().getLocalPort(), talk.engine(), TIME_WAIT);
    }
  }

  /** FINs cross on the wire: both sides go through CLOSING to TIME-WAIT. */
  static void simultaneousClose(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    Talk.Plan plan = Talk.Plan.of(Streams.bytes(100, seed)).finishing(Finish.NEVER);
    try (Talk talk = talk(bridge, engineFirst, plan)) {
      int port = talk.kernel().getLocalPort();
      assertThat(talk.kernel().getInputStream().readNBytes(100)).isEqualTo(plan.fromEngine());
      bridge.set(Wire.HELD);
      talk.kernel().shutdownOutput();
      talk.engine().finishing(Finish.AFTER_WRITE);
      Awaitility.await()
          .atMost(Duration.ofSeconds(2))
          .until(() -> talk.engine().passed(TcpState.FIN_WAIT_1));
      awaitKernelState(port, talk.engine(), "04");
      bridge.set(Wire.OPEN);
      assertThat(talk.kernel().getInputStream().read()).isEqualTo(-1);
      assertThat(talk.engine().awaitClosed()).isInstanceOf(CloseReason.Graceful.class);
      assertThat(talk.engine().passed(TcpState.FIN_WAIT_2)).isFalse();
      awaitKernelState(port, talk.engine(), TIME_WAIT);
    }
  }

  /** SYNs cross on the wire (RFC 9293 figure 7), and the one connection carries data. */
  static void simultaneousOpen(Bridge bridge, long seed) throws Exception {
    byte[] bytes = Streams.bytes(50_000, seed);
    bridge.set(Wire.HELD);
    Task<Socket> dialler = Task.start(() -> Talk.dial(7101, 7102, 0));
    EngineApp app = Talk.connect(bridge, 7102, 7101, Talk.Plan.of(bytes));
    awaitKernelState(7101, app, "02");
    bridge.call(e -> e.nextDeadlineNs());
    bridge.set(Wire.OPEN);
    try (Socket socket = dialler.await()) {
      app.awaitConnected();
      assertThat(Streams.readAll(socket)).isEqualTo(Streams.hash(bytes));
      int unused = Streams.writeAll(socket, bytes, true).await();
      assertThat(app.awaitHash()).isEqualTo(Streams.hash(bytes));
      assertThat(app.awaitClosed()).isInstanceOf(CloseReason.Graceful.class);
    }
  }

  /** The kernel aborts: the engine's application hears of it, as a reset by the peer. */
  static void kernelResets(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    Talk.Plan plan = Talk.Plan.of(Streams.bytes(5000, seed)).finishing(Finish.NEVER);
    try (Talk talk = talk(bridge, engineFirst, plan)) {
      assertThat(talk.kernel().getInputStream().readNBytes(5000)).isEqualTo(plan.fromEngine());
      talk.kernel().setSoLinger(true, 0);
      talk.kernel().close();
      assertThat(talk.engine().awaitClosed()).isInstanceOf(CloseReason.PeerReset.class);
    }
  }

  /** The engine aborts: the kernel's application gets ECONNRESET. */
  static void engineResets(Bridge bridge, boolean engineFirst, long seed) throws Exception {
    Talk.Plan plan = Talk.Plan.of(Streams.bytes(5000, seed)).finishing(Finish.NEVER);
    try (Talk talk = talk(bridge, engineFirst, plan)) {
      InputStream in = talk.kernel().getInputStream();
      assertThat(in.readNBytes(5000)).isEqualTo(plan.fromEngine());
      abort(bridge, talk.engine());
      assertThatThrownBy(in::read)
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      assertThat(talk.engine().awaitClosed()).isInstanceOf(CloseReason.LocalAbort.class);
    }
  }

  private static void abort(Bridge bridge, EngineApp app) throws Exception {
    bridge.call(
        e -> {
          app.connection().abort(bridge.nowNs());
          return app;
        });
  }

  /** A RST in the middle of a transfer is taken although much is in flight. */
  static void resetsInFullFlow(Bridge bridge, boolean byEngine, long seed) throws Exception {
    Talk.Plan plan = Talk.Plan.of(Streams.bytes(50_000_000, seed));
    try (Talk talk = Talk.engineFirst(bridge, plan)) {
      InputStream in = talk.kernel().getInputStream();
      assertThat(in.readNBytes(500_000)).hasSize(500_000);
      if (byEngine) {
        abort(bridge, talk.engine());
        assertThatThrownBy(() -> Streams.readAll(talk.kernel()))
            .isInstanceOf(SocketException.class)
            .hasMessageContaining("reset");
      } else {
        // Linux sends RST on close when data was not read.
        talk.kernel().close();
        assertThat(talk.engine().awaitClosed()).isInstanceOf(CloseReason.PeerReset.class);
      }
    }
  }

  /** Nobody listens: each side says so at once. */
  static void refused(Bridge bridge) throws Exception {
    assertThatThrownBy(() -> Talk.dial(0, 7999, 0)).isInstanceOf(ConnectException.class);
    EngineApp app = Talk.connect(bridge, 0, 7999, Talk.Plan.of(new byte[0]));
    assertThat(app.awaitClosed()).isInstanceOf(CloseReason.PortClosed.class);
  }

  /** Many short connections, one after another and in company, in both directions. */
  static void manyShort(Bridge bridge, int count, long seed) throws Exception {
    byte[] answer = Streams.bytes(700, seed);
    String expected = Streams.hash(answer);
    Talk.Server server =
        Talk.Server.at(bridge, 0, Talk.Plan.of(answer).finishing(Finish.AFTER_PEER));
    List<Task<Integer>> crowd =
        IntStream.range(0, 4)
            .mapToObj(i -> Task.start(() -> askOften(server.port(), count / 4, expected)))
            .toList();
    for (Task<Integer> one : crowd) {
      assertThat(one.await()).isEqualTo(count / 4);
    }
    try (ServerSocket kernel = Talk.listen(0, 0)) {
      Task<Integer> answers = Task.start(() -> answerOften(kernel, count, expected, answer));
      for (int i = 0; i < count; i++) {
        EngineApp app = Talk.connect(bridge, 0, kernel.getLocalPort(), Talk.Plan.of(answer));
        assertThat(app.awaitHash()).isEqualTo(expected);
      }
      assertThat(answers.await()).isEqualTo(count);
    }
  }

  private static int askOften(int port, int count, String expected) throws IOException {
    for (int i = 0; i < count; i++) {
      try (Socket socket = Talk.dial(0, port, 0)) {
        socket.getOutputStream().write(i);
        socket.shutdownOutput();
        assertThat(Streams.readAll(socket)).isEqualTo(expected);
      }
    }
    return count;
  }

  private static int answerOften(ServerSocket server, int count, String expected, byte[] answer)
      throws IOException {
    for (int i = 0; i < count; i++) {
      try (Socket socket = server.accept()) {
        assertThat(Streams.readAll(socket)).isEqualTo(expected);
        socket.getOutputStream().write(answer);
      }
    }
    return count;
  }

  /** The pair of ports of a connection in TIME-WAIT at the engine is used again by the kernel. */
  static void portsAgainAtEngine(Bridge bridge, int port, long seed) throws Exception {
    byte[] answer = Streams.bytes(3000, seed);
    Talk.Server server = Talk.Server.at(bridge, port, Talk.Plan.of(answer));
    String dialler = ":" + hexPort(port + 1) + " ";
    for (int i = 0; i < 20; i++) {
      try (Socket socket = Talk.dial(port + 1, port, 0)) {
        EngineApp app = server.next();
        assertThat(Streams.readAll(socket)).isEqualTo(Streams.hash(answer));
        socket.shutdownOutput();
        assertThat(app.awaitHash()).isEqualTo(Streams.hash(new byte[0]));
      }
      // Only the engine remembers; the kernel would refuse its own application in LAST-ACK.
      Awaitility.await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(Duration.ofSeconds(3))
          .until(() -> kernelTable().noneMatch(line -> line.contains(dialler)));
    }
  }

  /** The pair of ports of a connection in TIME-WAIT at the kernel is used again by the engine. */
  static void portsAgainAtKernel(Bridge bridge, int port, long seed) throws Exception {
    byte[] bytes = Streams.bytes(3000, seed);
    try (ServerSocket server = Talk.listen(port, 0)) {
      for (int i = 0; i < 20; i++) {
        Talk.Plan plan = Talk.Plan.of(bytes).finishing(Finish.AFTER_PEER);
        EngineApp app = Talk.connect(bridge, port + 1, port, plan);
        try (Socket socket = server.accept()) {
          socket.shutdownOutput();
          assertThat(Streams.readAll(socket)).isEqualTo(Streams.hash(bytes));
        }
        assertThat(app.awaitClosed()).isInstanceOf(CloseReason.Graceful.class);
      }
    }
  }

  /** Urgent data has no special way: its byte is part of the stream (RFC 6093). */
  static void urgentData(Bridge bridge) throws Exception {
    byte[] text = {'a', 'b', '!', 'c'};
    try (Talk talk = Talk.kernelFirst(bridge, Talk.Plan.of(new byte[0]))) {
      OutputStream out = talk.kernel().getOutputStream();
      out.write(text, 0, 2);
      talk.kernel().sendUrgentData('!');
      out.write(text, 3, 1);
      talk.kernel().shutdownOutput();
      assertThat(talk.engine().awaitHash()).isEqualTo(Streams.hash(text));
    }
  }

  /** The engine answers the kernel's keepalive probes while the application is silent. */
  static void keepAlive(Bridge bridge) throws Exception {
    Talk.Plan plan = Talk.Plan.of(new byte[0]).finishing(Finish.NEVER);
    try (Talk talk = Talk.kernelFirst(bridge, plan)) {
      talk.kernel().setKeepAlive(true);
      long before = bridge.call(e -> segmentsSent(bridge, talk));
      Awaitility.await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> bridge.call(e -> segmentsSent(bridge, talk)) >= before + 2);
      talk.kernel().getOutputStream().write(1);
      talk.kernel().shutdownOutput();
      assertThat(talk.engine().awaitHash()).isEqualTo(Streams.hash(new byte[] {1}));
    }
  }

  private static long segmentsSent(Bridge bridge, Talk talk) {
    return talk.engine().connection().info(bridge.nowNs()).segmentsSent();
  }

  /** Waits until the kernel's table shows a state for the connection at a local port. */
  private static void awaitKernelState(int localPort, EngineApp app, String state) {
    String local = ":" + hexPort(localPort) + " ";
    String remote = ":" + hexPort(app.connection().localPort()) + " " + state;
    Awaitility.await()
        .atMost(Duration.ofSeconds(3))
        .untilAsserted(
            () ->
                assertThat(kernelTable())
                    .anyMatch(line -> line.contains(local) && line.contains(remote)));
  }

  private static Stream<String> kernelTable() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/net/tcp6")).stream();
  }

  private static String hexPort(int port) {
    return String.format(Locale.ROOT, "%04X", port);
  }
}

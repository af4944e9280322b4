package io.limpet.rig.internal.bench.peer;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlArgs;
import io.limpet.node.internal.control.ControlCommands;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.ControlServer;
import io.limpet.node.internal.control.PerfCommands;
import io.limpet.node.internal.perf.Dialer;
import io.limpet.node.internal.perf.PerfLog;
import io.limpet.node.internal.perf.PingPlan;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One side of something that Limpet is compared with, as a program of its own: driven by the same
 * commands on the same kind of control socket as a node, and measuring with the same code.
 */
public final class PeerMain {
  private static final long PING_AT_MOST_MS = 3_600_000;

  private PeerMain() {}

  /**
   * Runs until standard input ends.
   *
   * @param args the folder of the control socket; the transport ({@code tcp-bbr}, {@code
   *     quic-cubic}, {@code udp}, …); {@code listen} or {@code dial}; an address and a port
   */
  public static void main(String[] args) throws Exception {
    Path home = Path.of(args[0]);
    boolean listens = args[2].equals("listen");
    InetSocketAddress address = new InetSocketAddress(args[3], Integer.parseInt(args[4]));
    ControlCommands commands = new ControlCommands();
    commands.add("status", (arguments, reply) -> reply.result(Map.of("name", args[1])));
    if (args[1].equals("udp")) {
      addEcho(commands, listens, address);
    } else {
      addConnections(commands, transport(args[1]), listens, address);
    }
    ControlServer control = ControlServer.start(home, commands);
    awaitEnd(System.in);
    control.close();
    System.exit(0);
  }

  private static Transport transport(String name) {
    return switch (name) {
      case "quic-cubic" -> new QuicTransport(QuicCongestionControlAlgorithm.CUBIC, true);
      case "quic-bbr" -> new QuicTransport(QuicCongestionControlAlgorithm.BBR, true);
      case "quic-cubic-plain" -> new QuicTransport(QuicCongestionControlAlgorithm.CUBIC, false);
      case "quic-bbr-plain" -> new QuicTransport(QuicCongestionControlAlgorithm.BBR, false);
      default -> {
        if (!name.startsWith("tcp-")) {
          throw new IllegalArgumentException("no such transport: " + name);
        }
        yield new TcpTransport(name.substring("tcp-".length()));
      }
    };
  }

  private static void addConnections(
      ControlCommands commands, Transport transport, boolean listens, InetSocketAddress address)
      throws Exception {
    PerfLog log = new PerfLog();
    @Nullable Dialer dialer = null;
    if (listens) {
      transport.listen(address, log);
    } else {
      dialer = transport.dialer(address);
    }
    Dialer only = dialer;
    new PerfCommands(
            log,
            peer -> {
              if (only == null) {
                throw new ControlException("this side only listens", 2);
              }
              return only;
            })
        .addTo(commands);
  }

  private static void addEcho(
      ControlCommands commands, boolean listens, InetSocketAddress address) {
    UdpEcho echo = new UdpEcho();
    if (listens) {
      echo.listen(address);
    } else {
      commands.add(
          "perf.ping",
          (args, reply) ->
              reply.result(ControlCommands.await(echo.ping(address, plan(args)), PING_AT_MOST_MS)));
    }
  }

  private static PingPlan plan(JsonNode args) throws ControlException {
    return new PingPlan(
        ControlArgs.number(args, "count", 100, 1, 1_000_000),
        ControlArgs.number(args, "size", 200, 1, 1400),
        ControlArgs.number(args, "intervalMs", 50, 1, 60_000) * 1_000_000L,
        ControlArgs.number(args, "drainMs", 1000, 1, 60_000) * 1_000_000L,
        args.path("samples").asBoolean());
  }

  private static void awaitEnd(InputStream in) throws java.io.IOException {
    while (in.read() >= 0) {
      // What is written there means nothing; only its end does.
    }
  }
}

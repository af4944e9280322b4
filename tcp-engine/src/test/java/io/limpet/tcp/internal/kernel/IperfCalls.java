package io.limpet.tcp.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.limpet.tcp.internal.clients.Relay;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;

/**
 * {@code iperf3} with a relay between client and server, so that the engine carries all of its
 * connections, control and data, in one direction or the other. Only what the engine hands up can
 * be compared byte for byte; of the rest iperf3 tells the number.
 *
 * <p>A test ends on the control connection, which overtakes data that still waits in buffers: so
 * all of them are small, and a share must have arrived even so.
 */
final class IperfCalls {
  private static final String RATE = "20M";

  /** Bytes by which a client names its test at the beginning of each connection. */
  private static final int COOKIE_BYTES = 37;

  private static final java.util.regex.Pattern RECEIVED =
      java.util.regex.Pattern.compile(
          "\"sum_received\":\\s*\\{[^}]*?\"bytes\":\\s*(\\d+)", java.util.regex.Pattern.DOTALL);

  /** Of what is sent one part of so many arrives before the end, with four connections as well. */
  private static final int PARTS = 4;

  private static final int KERNEL_BUFFER_BYTES = 16 << 10;
  private static final int ENGINE_BUFFER_BYTES = 32 << 10;

  private IperfCalls() {}

  /** The client is the kernel's; the engine accepts, and relays to a server on loopback. */
  static void accepts(NettyStand stand, int port, int bytes, String... options) throws Exception {
    Pattern seen = new Pattern(COOKIE_BYTES);
    Bootstrap toServer =
        new Bootstrap()
            .group(stand.threads())
            .channel(NioSocketChannel.class)
            .option(ChannelOption.SO_SNDBUF, KERNEL_BUFFER_BYTES);
    Relay relay = new Relay(toServer, new InetSocketAddress(NetUtil.LOCALHOST6, port));
    try (Program server = server("::1", port)) {
      int at =
          stand.serve(
              new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                  channel.config().setOption(ChannelOption.SO_SNDBUF, ENGINE_BUFFER_BYTES);
                  channel.pipeline().addLast(seen, relay);
                }
              });
      measure("2001:20::2", at, bytes, options);
      server.output();
    }
    if (!List.of(options).contains("-R")) {
      assertThat(seen.checkedBytes()).isGreaterThanOrEqualTo(bytes / PARTS);
    }
  }

  /** The client dials a relay on loopback; the engine dials the server, which is the kernel's. */
  static void dials(NettyStand stand, int port, int bytes, String... options) throws Exception {
    Pattern seen = new Pattern(0);
    Bootstrap toServer = stand.dialler().option(ChannelOption.SO_SNDBUF, ENGINE_BUFFER_BYTES);
    Relay relay = new Relay(toServer, TunAir.KERNEL.at(port), seen);
    Channel listener =
        new ServerBootstrap()
            .group(stand.threads())
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_RCVBUF, KERNEL_BUFFER_BYTES)
            .childOption(ChannelOption.SO_SNDBUF, KERNEL_BUFFER_BYTES)
            .childHandler(relay)
            .bind(new InetSocketAddress(NetUtil.LOCALHOST6, 0))
            .syncUninterruptibly()
            .channel();
    try (Program server = server("2001:20::1", port)) {
      measure("::1", ((InetSocketAddress) listener.localAddress()).getPort(), bytes, options);
      server.output();
    } finally {
      listener.close().syncUninterruptibly();
    }
    if (List.of(options).contains("-R")) {
      assertThat(seen.checkedBytes()).isGreaterThanOrEqualTo(bytes / PARTS);
    }
  }

  /** A server for one test. */
  private static Program server(String address, int port) throws Exception {
    Program server =
        Program.start(null, "iperf3", "-s", "-1", "-B", address, "-p", String.valueOf(port));
    server.awaitListening(port);
    return server;
  }

  private static void measure(String address, int port, int bytes, String... options)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("iperf3", "-c", address, "-p", String.valueOf(port), "--repeating-payload"));
    command.addAll(List.of("-J", "-n", String.valueOf(bytes), "-b", RATE, "-l", "8K"));
    command.addAll(List.of("-w", String.valueOf(KERNEL_BUFFER_BYTES)));
    command.addAll(List.of(options));
    try (Program client = Program.start(null, command)) {
      String report = new String(client.output(), StandardCharsets.UTF_8);
      Matcher received = RECEIVED.matcher(report);
      assertThat(received.find()).as("a sum in %s", report).isTrue();
      assertThat(Long.parseLong(received.group(1)))
          .as("what iperf3 received")
          .isGreaterThanOrEqualTo(bytes / PARTS);
    }
  }
}

package io.limpet.tcp.internal.kernel;

import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A node's TCP as Netty applications see it, whose only peer is the kernel: for one scenario.
 *
 * <p>Channels of servers live on threads of their own, those of clients on the link's.
 */
final class NettyStand implements AutoCloseable {
  private static final TcpConfig DEFAULTS = TcpConfig.defaults();

  private final TunLink link;
  private final MeshTcp tcp;
  private final EventLoopGroup threads;
  private final Path folder;
  private final SplittableRandom seeds;

  /**
   * Makes one.
   *
   * @param threads for channels of servers, and for the kernel's own
   * @param receiveBufferBytes of each connection
   * @param seed for what is sent
   */
  NettyStand(TunLink link, EventLoopGroup threads, Path folder, int receiveBufferBytes, long seed) {
    this.link = link;
    this.threads = threads;
    this.folder = folder;
    seeds = new SplittableRandom(seed);
    tcp =
        MeshTcp.over(
            link,
            new TcpConfig(
                DEFAULTS.sendBufferBytes(),
                receiveBufferBytes,
                DEFAULTS.noDelay(),
                DEFAULTS.keepAliveNs(),
                DEFAULTS.userTimeoutNs(),
                DEFAULTS.suspectAfterNs(),
                DEFAULTS.congestionControl(),
                DEFAULTS.redundancyShare()));
  }

  MeshTcp tcp() {
    return tcp;
  }

  EventLoopGroup threads() {
    return threads;
  }

  /** Returns bytes that nobody else has. */
  byte[] bytes(int length) {
    return Streams.bytes(length, seeds.nextLong());
  }

  /** Puts bytes into a file. */
  Path file(byte[] bytes) throws IOException {
    return Files.write(Files.createTempFile(folder, "sent", ".bin"), bytes);
  }

  Path folder() {
    return folder;
  }

  /** Listens on the engine; returns the port. */
  int serve(ChannelHandler childHandler) {
    Channel channel =
        new ServerBootstrap()
            .group(threads)
            .channelFactory(tcp.serverChannels())
            .option(ChannelOption.SO_BACKLOG, 64)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(childHandler)
            .bind(TunAir.ENGINE.at(0))
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Returns how to connect from the engine. */
  Bootstrap dialler() {
    return new Bootstrap()
        .group(tcp.eventLoop())
        .channelFactory(tcp.clientChannels())
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true);
  }

  /** Connects from the engine to a server of the kernel's. */
  Channel connect(int port, ChannelHandler handler) {
    return dialler()
        .handler(handler)
        .connect(TunAir.KERNEL.at(port))
        .syncUninterruptibly()
        .channel();
  }

  @Override
  public void close() {
    tcp.close();
    link.close();
  }
}

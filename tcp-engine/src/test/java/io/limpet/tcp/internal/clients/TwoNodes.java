package io.limpet.tcp.internal.clients;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.MeshSocketFactory;
import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.netty.FakeMesh;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;

/**
 * Two nodes in real time, on a mesh that loses a little: a server's, whose channels live on threads
 * of their own, and a client's.
 */
final class TwoNodes implements AutoCloseable {

  static final String SERVER_NAME = "elm.mesh";

  private static final MeshAddress SERVER = FakeMesh.address(1);

  private final EventLoopGroup links =
      new MultiThreadIoEventLoopGroup(
          2, new DefaultThreadFactory("links", true), LocalIoHandler.newFactory());

  final EventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(
          2, new DefaultThreadFactory("servers", true), NioIoHandler.newFactory());

  final MeshTcp server;
  final MeshTcp client;

  TwoNodes() {
    FakeMesh mesh = new FakeMesh(1);
    mesh.setLossRate(0.003);
    server = MeshTcp.over(mesh.join(1, links.next()), TcpConfig.defaults());
    client = MeshTcp.over(mesh.join(2, links.next()), TcpConfig.defaults());
  }

  /** Sockets of the client's node, which knows the server's by name. */
  MeshSocketFactory sockets() {
    return new MeshSocketFactory(client, TwoNodes::resolve);
  }

  static InetAddress resolve(String host) throws UnknownHostException {
    return host.equals(SERVER_NAME) ? SERVER.toInet6Address() : InetAddress.getByName(host);
  }

  /** Listens at the server's node, and returns where. */
  InetSocketAddress serve(ChannelHandler childHandler) {
    Channel channel =
        new ServerBootstrap()
            .group(threads)
            .channelFactory(server.serverChannels())
            .option(ChannelOption.SO_BACKLOG, 64)
            .childHandler(childHandler)
            .bind(SERVER.at(0))
            .syncUninterruptibly()
            .channel();
    return (InetSocketAddress) channel.localAddress();
  }

  @Override
  public void close() {
    client.close();
    server.close();
    threads.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    links.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }
}

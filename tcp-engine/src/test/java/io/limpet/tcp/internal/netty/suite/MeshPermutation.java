package io.limpet.tcp.internal.netty.suite;

import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.netty.FakeMesh;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketTestPermutation;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;

/** Two nodes of a mesh without faults: servers live on the first, clients on the second. */
final class MeshPermutation extends SocketTestPermutation {

  static final MeshPermutation INSTANCE = new MeshPermutation();

  private static final int SERVER_NODE = 1;
  private static final int CLIENT_NODE = 2;

  private static final int SILENT_NODE = 3;

  private final FakeMesh mesh = new FakeMesh(0);
  private final MeshTcp server = MeshTcp.over(mesh.join(SERVER_NODE, newLoop()), config());
  private final MeshTcp client = MeshTcp.over(mesh.join(CLIENT_NODE, newLoop()), config());

  private MeshPermutation() {
    mesh.join(SILENT_NODE, newLoop()).silent = true;
  }

  private static EventLoop newLoop() {
    return new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("mesh-suite", true), LocalIoHandler.newFactory())
        .next();
  }

  private static TcpConfig config() {
    return TcpConfig.defaults();
  }

  /** An address to bind at, on either node. */
  static InetSocketAddress anyAddress() {
    return new InetSocketAddress("::", 0);
  }

  /** Where a server that is bound to a port can be reached. */
  static InetSocketAddress serverAddress(int port) {
    return FakeMesh.address(SERVER_NODE).at(port);
  }

  /** A node that is known and out of reach. */
  InetSocketAddress silentAddress() {
    return FakeMesh.address(SILENT_NODE).at(7);
  }

  /** The node that clients live on, for peers that are not channels. */
  MeshTcp clientTcp() {
    return client;
  }

  @Override
  public List<BootstrapFactory<ServerBootstrap>> serverSocket() {
    return List.of(
        () ->
            new ServerBootstrap()
                .group(server.eventLoop())
                .channelFactory(server.serverChannels()));
  }

  @Override
  public List<BootstrapFactory<Bootstrap>> clientSocket() {
    return List.of(
        () -> new Bootstrap().group(client.eventLoop()).channelFactory(client.clientChannels()));
  }
}

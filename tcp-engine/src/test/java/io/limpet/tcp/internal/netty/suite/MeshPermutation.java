package io.limpet.tcp.internal.netty.suite;

import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.netty.FakeMesh;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.SocketTestPermutation;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Two nodes of a mesh without faults: servers live on the first, clients on the second. All
 * channels are on their links' own event loops, or all on others: the listener on a loop that knows
 * of no input at all, accepted channels and clients each on a group of several threads.
 */
final class MeshPermutation extends SocketTestPermutation {

  static final MeshPermutation INSTANCE = new MeshPermutation(new FakeMesh(0));

  private static final int SERVER_NODE = 1;
  private static final int CLIENT_NODE = 2;

  private static final int SILENT_NODE = 3;

  private final MeshTcp server;
  private final MeshTcp client;

  @SuppressWarnings("deprecation") // It knows no input or output, which is the point of it here.
  private final EventLoopGroup listeners =
      new DefaultEventLoopGroup(1, new DefaultThreadFactory("mesh-suite-listeners", true));

  private final EventLoopGroup clients =
      new MultiThreadIoEventLoopGroup(
          2, new DefaultThreadFactory("mesh-suite-clients", true), LocalIoHandler.newFactory());

  private MeshPermutation(FakeMesh mesh) {
    server = MeshTcp.over(mesh.join(SERVER_NODE, newLoop()), config());
    client = MeshTcp.over(mesh.join(CLIENT_NODE, newLoop()), config());
    mesh.join(SILENT_NODE, newLoop()).silent = true;
  }

  /** A mesh of its own, whose full segments carry so many bytes. */
  static MeshPermutation withSegmentsOf(int bytes) {
    FakeMesh mesh = new FakeMesh(0);
    // The header, and the timestamps that are its only option here.
    mesh.setMaxPayloadBytes(bytes + 20 + 12);
    return new MeshPermutation(mesh);
  }

  private static EventLoop newLoop() {
    return new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("mesh-suite", true), LocalIoHandler.newFactory())
        .next();
  }

  private static TcpConfig config() {
    return TcpConfig.defaults();
  }

  /** For classes whose time is not spent on buffers: the default one will do. */
  static List<ByteBufAllocator> oneAllocator() {
    return List.of(ByteBufAllocator.DEFAULT);
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

  private ServerBootstrap servers(EventLoopGroup parents, EventLoopGroup children) {
    return new ServerBootstrap().group(parents, children).channelFactory(server.serverChannels());
  }

  private Bootstrap client(EventLoopGroup group) {
    return new Bootstrap().group(group).channelFactory(client.clientChannels());
  }

  @Override
  public List<BootstrapFactory<ServerBootstrap>> serverSocket() {
    return List.of(
        () -> servers(server.eventLoop(), server.eventLoop()), () -> servers(listeners, NIO_GROUP));
  }

  @Override
  public List<BootstrapFactory<Bootstrap>> clientSocket() {
    return List.of(() -> client(client.eventLoop()), () -> client(clients));
  }

  /** Near goes with near and far with far: to mix them is the business of other tests. */
  @Override
  public List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> socket() {
    List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> all =
        combo(serverSocket(), clientSocket());
    return List.of(all.get(0), all.get(3));
  }
}

package io.limpet.tcp.internal.netty;

import io.limpet.tcp.MeshTcp;
import io.limpet.tcp.TcpConfig;
import io.limpet.tcp.internal.engine.TcpEndpoints;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Two nodes in virtual time, the server's and the client's, whose links share one loop; their
 * channels live there, too, or elsewhere.
 */
final class VirtualMesh implements AutoCloseable {

  static final int PORT = 4711;

  final VirtualLoop loop = new VirtualLoop();
  final FakeMesh mesh;
  final FakeMesh.Link serverLink;
  final FakeMesh.Link clientLink;
  final MeshTcp server;
  final MeshTcp client;
  final VirtualLoop listenerLoop;
  final VirtualLoop childLoop;
  final VirtualLoop clientLoop;

  VirtualMesh(long seed) {
    this(seed, Loops.NEAR);
  }

  VirtualMesh(long seed, Loops loops) {
    this(seed, loops, TcpConfig.defaults());
  }

  VirtualMesh(long seed, Loops loops, TcpConfig config) {
    boolean near = loops == Loops.NEAR;
    listenerLoop = near ? loop : loop.beside();
    childLoop = near ? loop : loop.beside();
    clientLoop = near ? loop : loop.beside();
    mesh = new FakeMesh(seed);
    mesh.delayNs = 1_000_000;
    serverLink = mesh.join(1, loop);
    clientLink = mesh.join(2, loop);
    server = tcp(serverLink, seed, config);
    client = tcp(clientLink, seed + 1, config);
  }

  private static MeshTcp tcp(FakeMesh.Link link, long seed, TcpConfig config) {
    Random random = new Random(seed);
    return new DriverMeshTcp(
        link, TcpEndpoints.create(link.localAddress(), random, new byte[16]), config);
  }

  ServerBootstrap serverBootstrap(ChannelHandler childHandler) {
    return new ServerBootstrap()
        .group(listenerLoop, childLoop)
        .channelFactory(server.serverChannels())
        .childHandler(childHandler);
  }

  Bootstrap clientBootstrap(ChannelHandler handler) {
    return new Bootstrap()
        .group(clientLoop)
        .channelFactory(client.clientChannels())
        .handler(handler);
  }

  InetSocketAddress serverAddress() {
    return serverLink.localAddress().at(PORT);
  }

  Channel listen(ServerBootstrap bootstrap) {
    return done(bootstrap.bind(serverAddress()));
  }

  Channel connect(Bootstrap bootstrap) {
    return done(bootstrap.connect(serverAddress()));
  }

  /** Runs until a future has succeeded, and returns its channel. */
  Channel done(ChannelFuture future) {
    loop.runUntil(future::isDone, Duration.ofMinutes(1));
    if (!future.isSuccess()) {
      throw new AssertionError("it failed", future.cause());
    }
    return future.channel();
  }

  /** Runs until a future has failed, and returns why. */
  Throwable failure(ChannelFuture future) {
    loop.runUntil(future::isDone, Duration.ofMinutes(10));
    Throwable cause = future.cause();
    if (cause == null) {
      throw new AssertionError("it succeeded");
    }
    return cause;
  }

  void until(BooleanSupplier condition) {
    loop.runUntil(condition, Duration.ofMinutes(1));
  }

  @Override
  public void close() {
    client.close();
    server.close();
    loop.runFor(Duration.ofMillis(10));
  }
}

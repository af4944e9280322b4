package io.limpet.invitation.internal.stream;

import io.limpet.link.MeshAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The kernel's TCP in place of the mesh's: person N is 127.0.99.N, all at one port. */
final class LoopbackTransport implements StreamTransport {
  private final MeshAddress self;
  private final int port;

  /** What a channel had been given when it was asked to connect: the mesh's sends it along. */
  final AtomicLong writtenBeforeConnect = new AtomicLong();

  LoopbackTransport(MeshAddress self, int port) {
    this.self = self;
    this.port = port;
  }

  static MeshAddress person(int number) {
    return new MeshAddress(0x2001_0020_0000_0000L, number);
  }

  static InetSocketAddress socketAddress(MeshAddress person, int port) {
    try {
      byte[] bytes = {127, 0, 99, (byte) person.low()};
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public ChannelFuture connect(Bootstrap bootstrap, MeshAddress peer) {
    ChannelFuture registered = bootstrap.channel(NioSocketChannel.class).register();
    Channel channel = registered.channel();
    ChannelPromise connected = channel.newPromise();
    // In a task of its own, as a bootstrap does it.
    channel
        .eventLoop()
        .execute(
            () -> {
              writtenBeforeConnect.set(channel.unsafe().outboundBuffer().totalPendingWriteBytes());
              channel
                  .connect(socketAddress(peer, port), socketAddress(self, 0), connected)
                  .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            });
    return connected;
  }

  @Override
  public ChannelFuture bind(ServerBootstrap bootstrap) {
    return bootstrap.channel(NioServerSocketChannel.class).bind(socketAddress(self, port));
  }

  @Override
  public Optional<MeshAddress> identify(Channel channel) {
    byte[] bytes = ((InetSocketAddress) channel.remoteAddress()).getAddress().getAddress();
    return bytes[2] == 99 ? Optional.of(person(bytes[3])) : Optional.empty();
  }
}

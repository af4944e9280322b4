package io.limpet.invitation.internal.stream;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.MeshTcp;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Streams over the TCP of the mesh: the address of the other end is proven by the link. */
public final class MeshTcpTransport implements StreamTransport {
  private final MeshTcp tcp;
  private final MeshAddress self;
  private final int port;

  /** Makes a transport that listens at a mesh port, and connects to the same port of others. */
  public MeshTcpTransport(MeshTcp tcp, MeshAddress self, int port) {
    this.tcp = tcp;
    this.self = self;
    this.port = port;
  }

  @Override
  public ChannelFuture connect(Bootstrap bootstrap, MeshAddress peer) {
    return bootstrap
        .channelFactory(tcp.clientChannels())
        .option(ChannelOption.TCP_FASTOPEN_CONNECT, true)
        .connect(peer.at(port));
  }

  @Override
  public ChannelFuture bind(ServerBootstrap bootstrap) {
    return bootstrap.channelFactory(tcp.serverChannels()).bind(self.at(port));
  }

  @Override
  public Optional<MeshAddress> identify(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress remote
            && !remote.isUnresolved()
            && MeshAddress.isMesh(remote.getAddress())
        ? Optional.of(MeshAddress.of(remote.getAddress()))
        : Optional.empty();
  }
}

package io.limpet.invitation.internal.stream;

import io.limpet.link.MeshAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.Optional;

/** Which channels carry streams: those of the mesh, or ordinary ones in a test. */
public interface StreamTransport {
  /** Connects to a person. The bootstrap has all but channel and address. */
  ChannelFuture connect(Bootstrap bootstrap, MeshAddress peer);

  /** Listens. The bootstrap has all but channel and address. */
  ChannelFuture bind(ServerBootstrap bootstrap);

  /** Returns who is proven to be at the other end, or empty when nobody is. */
  Optional<MeshAddress> identify(Channel channel);
}

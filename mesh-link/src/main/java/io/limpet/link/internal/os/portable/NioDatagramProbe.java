package io.limpet.link.internal.os.portable;

import io.limpet.link.LinkInterface;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/** Probes by the JDK alone: the interface follows from the source address and the routes. */
public final class NioDatagramProbe implements DatagramProbe {
  @Override
  public void send(LinkInterface on, @Nullable InetAddress source, InetAddress destination)
      throws IOException {
    StandardProtocolFamily family =
        destination.getAddress().length == 4
            ? StandardProtocolFamily.INET
            : StandardProtocolFamily.INET6;
    try (DatagramChannel channel = DatagramChannel.open(family)) {
      channel.configureBlocking(false);
      if (source != null) {
        channel.bind(new InetSocketAddress(scoped(source, on), 0));
      }
      int unused =
          channel.send(
              ByteBuffer.allocate(0), new InetSocketAddress(scoped(destination, on), DISCARD_PORT));
    }
  }

  private static InetAddress scoped(InetAddress ip, LinkInterface on) throws IOException {
    return ip instanceof Inet6Address && ip.isLinkLocalAddress()
        ? Inet6Address.getByAddress(null, ip.getAddress(), on.index())
        : ip;
  }
}

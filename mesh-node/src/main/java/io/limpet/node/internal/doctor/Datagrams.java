package io.limpet.node.internal.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Tries with real datagrams what gets through, each time for half a second at most. */
final class Datagrams {
  private static final long PATIENCE_MS = 500;

  /** The groups of the link layer, on another port, so that no node hears it. */
  private static final String IPV4_GROUP = "239.255.74.64";

  private static final String IPV6_GROUP = "ff12::7464";
  private static final int MAX_BYTES = 128;

  private Datagrams() {}

  static Facts.Echo group(String interfaceName, boolean ipv6) {
    try (DatagramChannel channel = open(ipv6)) {
      NetworkInterface on = NetworkInterface.getByName(interfaceName);
      if (on == null) {
        return new Facts.Echo(false, "the interface has vanished");
      }
      channel.bind(new InetSocketAddress(0));
      channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, on);
      channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
      channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 0); // no further than this machine
      InetAddress group = InetAddress.getByName(ipv6 ? IPV6_GROUP : IPV4_GROUP);
      channel.join(group, on);
      int port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
      return sendAndHear(channel, channel, new InetSocketAddress(group, port));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return new Facts.Echo(false, String.valueOf(e.getMessage()));
    }
  }

  static Facts.Echo own(InetAddress address, int port) {
    try (DatagramChannel receiver = open(false);
        DatagramChannel sender = open(false)) {
      SocketAddress to = new InetSocketAddress(address, port);
      receiver.bind(to);
      sender.bind(new InetSocketAddress(address, 0));
      return sendAndHear(sender, receiver, to);
    } catch (IOException e) {
      return new Facts.Echo(false, String.valueOf(e.getMessage()));
    }
  }

  private static DatagramChannel open(boolean ipv6) throws IOException {
    return DatagramChannel.open(ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
  }

  private static Facts.Echo sendAndHear(
      DatagramChannel sender, DatagramChannel receiver, SocketAddress to) throws IOException {
    byte[] cookie = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
    receiver.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      receiver.register(selector, SelectionKey.OP_READ);
      sender.send(ByteBuffer.wrap(cookie), to);
      long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS);
      ByteBuffer heard = ByteBuffer.allocate(MAX_BYTES);
      for (long leftNs = deadlineNs - System.nanoTime();
          leftNs > 0;
          leftNs = deadlineNs - System.nanoTime()) {
        selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNs)));
        selector.selectedKeys().clear();
        heard.clear();
        if (receiver.receive(heard) != null && heard.flip().equals(ByteBuffer.wrap(cookie))) {
          return new Facts.Echo(true, null);
        }
      }
    }
    return new Facts.Echo(false, null);
  }

  static boolean canShare(int port) {
    try (DatagramChannel channel = open(false)) {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      channel.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Says whether somebody listens on a Unix socket, and lets this user connect. */
  static boolean answers(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}

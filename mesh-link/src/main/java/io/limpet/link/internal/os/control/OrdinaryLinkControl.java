package io.limpet.link.internal.os.control;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.NetworkMonitor;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What an ordinary user can do: make the kernel itself ask, by sending datagrams that need an
 * answer to "who has". Confined to the link's event loop.
 */
final class OrdinaryLinkControl implements LinkControl {
  /** RFC 863. Nobody listens there; that the datagram makes the kernel resolve is all it is for. */
  private static final int DISCARD_PORT = 9;

  private static final int TRIES_FOR_AN_UNUSED_ADDRESS = 16;

  private final NetworkMonitor monitor;
  private final RandomGenerator random;
  private final Map<StandardProtocolFamily, DatagramChannel> sockets =
      new EnumMap<>(StandardProtocolFamily.class);

  OrdinaryLinkControl(NetworkMonitor monitor, RandomGenerator random) {
    this.monitor = monitor;
    this.random = random;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of();
  }

  @Override
  public Outcome replaceNeighbour(LinkInterface on, InetAddress ip, Bytes mac) {
    return denied("writing a neighbour entry", "CAP_NET_ADMIN");
  }

  @Override
  public Outcome flushNeighbour(LinkInterface on, InetAddress ip) {
    return denied("deleting a neighbour entry", "CAP_NET_ADMIN");
  }

  @Override
  public Outcome probeNeighbour(LinkInterface on, InetAddress ip) {
    return denied("probing a neighbour entry", "CAP_NET_ADMIN");
  }

  @Override
  public Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress ip) {
    return denied("sending an ARP request", "CAP_NET_RAW");
  }

  @Override
  public Outcome announce(LinkInterface on, InetAddress ownIp) {
    return denied("announcing our address", "CAP_NET_RAW");
  }

  private static Outcome denied(String what, String capability) {
    return new Outcome(false, what + " needs " + capability);
  }

  @Override
  public Outcome provokeRequest(LinkInterface on, InetAddress ownIp) {
    if (!(ownIp instanceof Inet4Address)) {
      // A solicitation goes to the group of the address asked for: no peer with an entry hears it.
      return new Outcome(false, "IPv6 has no announcement that needs no privilege");
    }
    InetAddress unused = unusedAddress(on, ownIp);
    if (unused == null) {
      return new Outcome(false, "no unused address on " + on.name() + " to ask for");
    }
    return send(unused, "made the kernel ask everybody for " + unused.getHostAddress());
  }

  /**
   * Chooses an address of the subnet that nobody is known to have; another each time, because a
   * kernel that has just asked in vain for one does not ask for it again at once.
   */
  private @org.jspecify.annotations.Nullable InetAddress unusedAddress(
      LinkInterface on, InetAddress ownIp) {
    int hostBits = 32 - monitor.prefixLengthBits(on.index(), ownIp);
    if (hostBits < 2 || hostBits > 24) {
      return null;
    }
    int hosts = 1 << hostBits;
    int own = new BigInteger(1, ownIp.getAddress()).intValue();
    int network = own & -hosts;
    for (int i = 0; i < TRIES_FOR_AN_UNUSED_ADDRESS; i++) {
      // Neither the network's own address nor the broadcast address. Peers crowd at the low end.
      int host = Math.max(1, hosts - 2 - random.nextInt(Math.max(1, hosts / 2)));
      int candidate = network | host;
      InetAddress address = inet4(candidate);
      if (candidate != own && monitor.neighbour(on.index(), address).isEmpty()) {
        return address;
      }
    }
    return null;
  }

  private static InetAddress inet4(int bits) {
    try {
      return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(bits).array());
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are always an IPv4 address", e);
    }
  }

  @Override
  public Outcome nudge(LinkInterface on, InetAddress ip) {
    return send(ip, "made the kernel resolve " + ip.getHostAddress());
  }

  private Outcome send(InetAddress to, String done) {
    try {
      socket(to).send(ByteBuffer.allocate(1), new InetSocketAddress(to, DISCARD_PORT));
      return new Outcome(true, done);
    } catch (IOException e) {
      return new Outcome(false, "a datagram to " + to.getHostAddress() + ": " + e.getMessage());
    }
  }

  private DatagramChannel socket(InetAddress to) throws IOException {
    StandardProtocolFamily family =
        to instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    DatagramChannel open = sockets.get(family);
    if (open == null) {
      open = DatagramChannel.open((ProtocolFamily) family);
      open.configureBlocking(false);
      sockets.put(family, open);
    }
    return open;
  }

  @Override
  public void close() {
    for (DatagramChannel socket : sockets.values()) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is closed for all that matters.
        continue;
      }
    }
    sockets.clear();
  }
}

package io.limpet.link.internal.runtime;

import io.limpet.link.Carrier;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.portable.InterfaceRate;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of one interface. One that cannot be opened is left out and tried again later: it
 * never stops the others. Confined to the event loop.
 */
final class InterfaceSockets implements InterfacePorts {
  private static final int PORT_ATTEMPTS = 4;

  private final EventLoop loop;
  private final CarrierPort.Listener listener;
  private final int groupPort;
  private final Map<Carrier, CarrierSocket> sockets = new EnumMap<>(Carrier.class);
  private @Nullable InetAddress ipv4;
  private @Nullable InetAddress ipv6;
  private int unicastPort;
  private long bitsPerSecond = -1;
  private final List<String> problems = new ArrayList<>();

  InterfaceSockets(EventLoop loop, CarrierPort.Listener listener, int groupPort) {
    this.loop = loop;
    this.listener = listener;
    this.groupPort = groupPort;
    this.unicastPort = groupPort;
  }

  @Override
  public boolean update(LinkInterface nif) {
    problems.clear();
    if (bitsPerSecond < 0) {
      bitsPerSecond = InterfaceRate.bitsPerSecond(nif);
    }
    InetAddress now4 = pick(nif, false, ipv4);
    InetAddress now6 = pick(nif, true, ipv6);
    if (!Objects.equals(ipv4, now4)) {
      close(Carrier.UNICAST_IPV4, Carrier.MULTICAST_IPV4);
      ipv4 = now4;
    }
    if (!Objects.equals(ipv6, now6)) {
      close(Carrier.UNICAST_IPV6, Carrier.MULTICAST_IPV6);
      ipv6 = now6;
    }
    openUnicast(nif);
    openMulticast(nif, false, now4);
    openMulticast(nif, true, now6);
    return problems.isEmpty();
  }

  /**
   * Returns the address to listen on. A routable IPv4 address before a link-local one (RFC 3927
   * section 1.9); among equals the present one stays for as long as it is there.
   */
  static @Nullable InetAddress pick(
      LinkInterface nif, boolean ipv6, @Nullable InetAddress present) {
    InetAddress best = null;
    for (InetAddress address : nif.addresses()) {
      if (address instanceof Inet6Address != ipv6 || (ipv6 && !address.isLinkLocalAddress())) {
        continue;
      }
      boolean better = best == null || (best.isLinkLocalAddress() && !address.isLinkLocalAddress());
      boolean equal = best != null && best.isLinkLocalAddress() == address.isLinkLocalAddress();
      if (better || (equal && address.equals(present))) {
        best = address;
      }
    }
    return best;
  }

  /** Both families listen on one port, because a hello names one. */
  private void openUnicast(LinkInterface nif) {
    boolean need4 = ipv4 != null && !sockets.containsKey(Carrier.UNICAST_IPV4);
    boolean need6 = ipv6 != null && !sockets.containsKey(Carrier.UNICAST_IPV6);
    IOException last = null;
    for (int attempt = 0; (need4 || need6) && attempt < PORT_ATTEMPTS; attempt++) {
      try {
        if (need4) {
          open(nif, false, ipv4);
          need4 = false;
        }
        if (need6) {
          open(nif, true, ipv6);
          need6 = false;
        }
        return;
      } catch (IOException e) {
        last = e;
        if (sockets.containsKey(Carrier.UNICAST_IPV4) && isAddressGone(e)) {
          break; // not yet usable (duplicate address detection): the other family goes ahead
        }
        close(Carrier.UNICAST_IPV4, Carrier.UNICAST_IPV6);
        need4 = ipv4 != null;
        need6 = ipv6 != null;
        unicastPort = 0;
      }
    }
    if (last != null && (need4 || need6)) {
      problems.add("unicast on " + nif.name() + ": " + last.getMessage());
    }
  }

  private static boolean isAddressGone(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("assign requested address");
  }

  private void open(LinkInterface nif, boolean v6, @Nullable InetAddress address)
      throws IOException {
    if (address == null) {
      return;
    }
    InetAddress local = v6 ? scoped(address, nif.index()) : address;
    CarrierSocket socket =
        CarrierSocket.openUnicast(
            loop, v6, nif.index(), new InetSocketAddress(local, unicastPort), listener);
    unicastPort = socket.localPort();
    sockets.put(socket.carrier(), socket);
  }

  private static InetAddress scoped(InetAddress address, int index) throws IOException {
    return Inet6Address.getByAddress(null, address.getAddress(), index);
  }

  private void openMulticast(LinkInterface nif, boolean v6, @Nullable InetAddress own) {
    Carrier carrier = Carrier.multicast(v6);
    if (own == null || sockets.containsKey(carrier)) {
      return;
    }
    try {
      NetworkInterface java = NetworkInterface.getByName(nif.name());
      if (java == null) {
        throw new IOException("the interface has just vanished");
      }
      sockets.put(carrier, CarrierSocket.openMulticast(loop, v6, java, groupPort, listener));
    } catch (IOException | RuntimeException e) {
      problems.add("multicast on " + nif.name() + ": " + e.getMessage());
    }
  }

  private void close(Carrier... carriers) {
    for (Carrier carrier : carriers) {
      CarrierSocket socket = sockets.remove(carrier);
      if (socket != null) {
        socket.close();
      }
    }
  }

  @Override
  public boolean hearsItself() {
    return true; // IP_MULTICAST_LOOP is on unless it is turned off
  }

  @Override
  public void drop(Carrier carrier) {
    close(carrier);
  }

  @Override
  public boolean forget(CarrierPort port) {
    return sockets.remove(port.carrier(), port);
  }

  @Override
  public void closeAll() {
    close(Carrier.values());
  }

  @Override
  public void flush() {
    for (CarrierSocket socket : sockets.values()) {
      socket.flush();
    }
  }

  @Override
  public @Nullable CarrierPort get(Carrier carrier) {
    return sockets.get(carrier);
  }

  @Override
  public Set<Carrier> carriers() {
    return Set.copyOf(sockets.keySet());
  }

  @Override
  public int unicastPort() {
    return unicastPort == 0 ? groupPort : unicastPort;
  }

  @Override
  public List<InetAddress> addresses() {
    List<InetAddress> bound = new ArrayList<>();
    if (ipv4 != null && sockets.containsKey(Carrier.UNICAST_IPV4)) {
      bound.add(ipv4);
    }
    if (ipv6 != null && sockets.containsKey(Carrier.UNICAST_IPV6)) {
      bound.add(ipv6);
    }
    return bound;
  }

  @Override
  public long bitsPerSecond() {
    return Math.max(0, bitsPerSecond);
  }

  @Override
  public List<String> problems() {
    return List.copyOf(problems);
  }
}

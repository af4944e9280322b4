package io.limpet.link.internal.os.linux;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.LinkPrivileges;
import io.limpet.link.LinkPrivileges.Operation;
import io.limpet.link.LinkPrivileges.Way;
import io.limpet.link.internal.os.ForwardingLinkControl;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.jna.ErrnoException;
import io.limpet.link.internal.os.netlink.RouteCodec;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes neighbour entries by rtnetlink and sends ARP and neighbour discovery by a packet socket,
 * as far as the process may; what it may not, and what needs no privilege, is left to an ordinary
 * control. Confined to the link's event loop.
 *
 * <p>A capability that the process seems to have is tried once at the start, because inside a user
 * namespace it may not hold for the network; should the kernel refuse later, it is gone from then
 * on.
 */
public final class PrivilegedLinkControl extends ForwardingLinkControl {
  private static final byte[] BROADCAST = {-1, -1, -1, -1, -1, -1};

  private final Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
  private final @Nullable NetlinkClient client;
  private final @Nullable PacketSocket packets;

  /**
   * Tries what the process may do.
   *
   * @param claimed what the process seems to be able to do
   * @param ordinary does the rest; closed with this
   */
  public PrivilegedLinkControl(Set<Capability> claimed, LinkControl ordinary) {
    super(ordinary);
    client = claimed.contains(Capability.WRITE_NEIGHBOURS) ? openClient() : null;
    packets = claimed.contains(Capability.SEND_ARP) ? openPackets() : null;
    if (client != null) {
      capabilities.add(Capability.WRITE_NEIGHBOURS);
    }
    if (packets != null) {
      capabilities.add(Capability.SEND_ARP);
    }
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.copyOf(capabilities);
  }

  @Override
  public Set<Capability> capabilities(LinkInterface on) {
    return capabilities();
  }

  @Override
  public LinkPrivileges privileges() {
    Set<Operation> operations = EnumSet.noneOf(Operation.class);
    if (capabilities.contains(Capability.WRITE_NEIGHBOURS)) {
      operations.add(Operation.WRITE_NEIGHBOURS);
      operations.add(Operation.DESTROY_SOCKETS);
    }
    if (capabilities.contains(Capability.SEND_ARP)) {
      operations.add(Operation.SEND_ARP);
    }
    return next.privileges().and(operations, Way.IN_PROCESS, "by this process's capabilities");
  }

  @Override
  public Outcome replaceNeighbour(LinkInterface on, InetAddress ip, Bytes mac) {
    if (!capabilities.contains(Capability.WRITE_NEIGHBOURS)) {
      return next.replaceNeighbour(on, ip, mac);
    }
    if (!isUnicast(mac)) {
      return new Outcome(false, mac.toHex(":") + " is not the MAC of one machine");
    }
    return write(
        ip,
        sequence -> RouteCodec.replaceNeighbour(sequence, on.index(), ip, mac),
        "replaced the entry of " + ip.getHostAddress() + " by " + mac.toHex(":"));
  }

  @Override
  public Outcome flushNeighbour(LinkInterface on, InetAddress ip) {
    if (!capabilities.contains(Capability.WRITE_NEIGHBOURS)) {
      return next.flushNeighbour(on, ip);
    }
    return write(
        ip,
        sequence -> RouteCodec.deleteNeighbour(sequence, on.index(), ip),
        "deleted the entry of " + ip.getHostAddress());
  }

  @Override
  public Outcome probeNeighbour(LinkInterface on, InetAddress ip) {
    NetlinkClient to = client;
    if (to == null || !capabilities.contains(Capability.WRITE_NEIGHBOURS)) {
      return next.probeNeighbour(on, ip);
    }
    if (!isNeighbour(ip)) {
      return new Outcome(false, ip.getHostAddress() + " is not a neighbour's address");
    }
    int errno = to.request(sequence -> RouteCodec.probeNeighbour(sequence, on.index(), ip));
    if (errno == ErrnoException.ENOENT || errno == ErrnoException.EINVAL) {
      // No entry, or one without a MAC that could be probed: the kernel resolves it from nothing.
      errno = to.request(sequence -> RouteCodec.useNeighbour(sequence, on.index(), ip));
      return outcome(errno, "made the kernel resolve " + ip.getHostAddress());
    }
    return outcome(errno, "made the kernel probe " + ip.getHostAddress());
  }

  @Override
  public Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress ip) {
    if (!capabilities.contains(Capability.SEND_ARP)) {
      return next.requestNeighbour(on, ownIp, ip);
    }
    byte[] mac = mac(on);
    if (mac == null) {
      return new Outcome(false, on.name() + " has no MAC");
    }
    String detail = "asked everybody for " + ip.getHostAddress();
    if (ownIp instanceof Inet4Address own && ip instanceof Inet4Address target) {
      return sendArp(on, detail, NeighbourFrames.arpRequest(mac, own, target));
    }
    if (ownIp instanceof Inet6Address own && ip instanceof Inet6Address target) {
      byte[] group = NeighbourFrames.solicitedNode(target);
      return sendIpv6(on, detail, group, NeighbourFrames.neighbourSolicitation(mac, own, target));
    }
    return new Outcome(false, "our address and the peer's are not of one family");
  }

  @Override
  public Outcome announce(LinkInterface on, InetAddress ownIp) {
    if (!capabilities.contains(Capability.SEND_ARP)) {
      return next.announce(on, ownIp);
    }
    byte[] mac = mac(on);
    if (mac == null) {
      return new Outcome(false, on.name() + " has no MAC");
    }
    String detail = "announced " + ownIp.getHostAddress() + " at " + Bytes.of(mac);
    if (ownIp instanceof Inet4Address own) {
      Outcome asked = sendArp(on, detail, NeighbourFrames.arpAnnouncement(mac, own));
      return asked.done()
          ? sendArp(on, detail, NeighbourFrames.arpGratuitousReply(mac, own))
          : asked;
    }
    if (ownIp instanceof Inet6Address own) {
      byte[] group = NeighbourFrames.allNodes();
      return sendIpv6(on, detail, group, NeighbourFrames.unsolicitedAdvertisement(mac, own));
    }
    return new Outcome(false, "neither IPv4 nor IPv6");
  }

  @Override
  public void close() {
    super.close();
    capabilities.clear();
    if (client != null) {
      client.close();
    }
    if (packets != null) {
      packets.close();
    }
  }

  private static @Nullable NetlinkClient openClient() {
    try {
      NetlinkClient client = new NetlinkClient(NetlinkClient.ROUTE);
      if (!isRefusal(client.request(RouteCodec::permissionTest))) {
        return client;
      }
      client.close();
      return null;
    } catch (ErrnoException e) {
      return null;
    }
  }

  private static @Nullable PacketSocket openPackets() {
    try {
      return new PacketSocket();
    } catch (ErrnoException e) {
      return null;
    }
  }

  private Outcome write(InetAddress ip, IntFunction<byte[]> request, String detail) {
    NetlinkClient to = client;
    if (to == null || !isNeighbour(ip)) {
      return new Outcome(false, ip.getHostAddress() + " is not a neighbour's address");
    }
    return outcome(to.request(request), detail);
  }

  private Outcome outcome(int errno, String detail) {
    if (isRefusal(errno)) {
      capabilities.remove(Capability.WRITE_NEIGHBOURS);
    }
    return errno == 0
        ? new Outcome(true, detail)
        : new Outcome(false, "not " + detail + ": " + ErrnoException.text(errno));
  }

  private Outcome sendArp(LinkInterface on, String detail, byte[] packet) {
    return send(on, detail, NeighbourFrames.ETHERTYPE_ARP, BROADCAST, packet);
  }

  private Outcome sendIpv6(LinkInterface on, String detail, byte[] group, byte[] packet) {
    byte[] destination = NeighbourFrames.multicastMac(group);
    return send(on, detail, NeighbourFrames.ETHERTYPE_IPV6, destination, packet);
  }

  private Outcome send(
      LinkInterface on, String detail, int etherType, byte[] destination, byte[] packet) {
    PacketSocket by = packets;
    if (by == null) {
      return new Outcome(false, "no packet socket");
    }
    try {
      by.send(on.index(), etherType, destination, packet);
      return new Outcome(true, detail);
    } catch (ErrnoException e) {
      if (e.isPermission()) {
        capabilities.remove(Capability.SEND_ARP);
      }
      return new Outcome(false, "not " + detail + ": " + e.getMessage());
    }
  }

  private static boolean isRefusal(int errno) {
    return errno == ErrnoException.EPERM || errno == ErrnoException.EACCES;
  }

  private static boolean isUnicast(Bytes mac) {
    byte[] bytes = mac.toArray();
    return bytes.length == 6 && (bytes[0] & 1) == 0 && !mac.equals(Bytes.of(new byte[6]));
  }

  private static boolean isNeighbour(InetAddress ip) {
    return !ip.isMulticastAddress() && !ip.isAnyLocalAddress() && !ip.isLoopbackAddress();
  }

  private static byte @Nullable [] mac(LinkInterface on) {
    Bytes mac = on.mac();
    return mac == null || mac.length() != 6 ? null : mac.toArray();
  }
}

package io.limpet.link.internal.os.linux;

import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkDetail;
import io.limpet.link.internal.os.netlink.RouteMessage;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Interfaces and addresses as the kernel tells of them, message by message; gives the link's view
 * of an interface. Does no I/O; not thread-safe.
 */
final class KernelTables {
  private final Map<Integer, RouteMessage.Link> links = new TreeMap<>();
  private final Map<Integer, Map<AddressKey, RouteMessage.Address>> addresses = new HashMap<>();

  /** The kernel lets one address be there twice, with different prefixes. */
  private record AddressKey(InetAddress address, int prefixLength) {}

  /** Takes what a message says; neighbours are not kept here. */
  void take(RouteMessage message) {
    if (message instanceof RouteMessage.Link link) {
      take(link);
    } else if (message instanceof RouteMessage.Address address) {
      take(address);
    }
  }

  private void take(RouteMessage.Link link) {
    if (link.removed()) {
      links.remove(link.interfaceIndex());
      addresses.remove(link.interfaceIndex());
    } else {
      links.put(link.interfaceIndex(), link);
    }
  }

  private void take(RouteMessage.Address address) {
    Map<AddressKey, RouteMessage.Address> ofInterface =
        addresses.computeIfAbsent(address.interfaceIndex(), index -> new LinkedHashMap<>());
    AddressKey key = new AddressKey(address.address(), address.prefixLength());
    if (address.removed()) {
      ofInterface.remove(key);
    } else {
      ofInterface.put(key, address);
    }
  }

  Set<Integer> indexes() {
    return links.keySet();
  }

  /** Returns the view of an interface, or null when there is none of this index. */
  @Nullable LinkInterface view(int index) {
    RouteMessage.Link link = links.get(index);
    if (link == null) {
      return null;
    }
    List<InetAddress> ipv4 = new ArrayList<>();
    List<InetAddress> ipv6 = new ArrayList<>();
    for (RouteMessage.Address address : addresses.getOrDefault(index, Map.of()).values()) {
      InetAddress ip = address.address();
      List<InetAddress> family = ip instanceof Inet6Address ? ipv6 : ipv4;
      boolean wanted = !(ip instanceof Inet6Address) || ip.isLinkLocalAddress();
      if (wanted && address.usable() && !family.contains(ip)) {
        family.add(ip);
      }
    }
    ipv4.addAll(ipv6);
    return new LinkInterface(
        index,
        link.name(),
        link.mac(),
        List.copyOf(ipv4),
        link.up(),
        link.multicast(),
        link.mtuBytes());
  }

  LinkDetail detail(int index) {
    RouteMessage.Link link = links.get(index);
    if (link == null) {
      return LinkDetail.UNKNOWN;
    }
    Map<InetAddress, Integer> prefixLengths = new HashMap<>();
    for (RouteMessage.Address address : addresses.getOrDefault(index, Map.of()).values()) {
      prefixLengths.putIfAbsent(address.address(), address.prefixLength());
    }
    return new LinkDetail(link.loopback(), link.pointToPoint(), link.enslavedAs(), prefixLengths);
  }
}

package io.limpet.link.internal.os.netlink;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One interface as it changes. Confined to one thread. */
final class KernelInterface {
  private static final int IFF_UP = 0x1;
  private static final int IFF_LOOPBACK = 0x8;
  private static final int IFF_MULTICAST = 0x1000;
  private static final int IFF_LOWER_UP = 0x10000;

  private final Map<InetAddress, Integer> addresses = new LinkedHashMap<>();
  private NetlinkMessage.@Nullable Link link;

  /** Takes what the kernel says now; returns whether anything of it is new. */
  boolean update(NetlinkMessage.Link now) {
    boolean isNew = !now.equals(link);
    link = now;
    return isNew;
  }

  boolean addAddress(InetAddress address, int prefixLengthBits) {
    return addresses.put(address, prefixLengthBits) == null;
  }

  boolean removeAddress(InetAddress address) {
    return addresses.remove(address) != null;
  }

  @Nullable Integer prefixLengthBits(InetAddress own) {
    return addresses.get(own);
  }

  LinkInterface snapshot() {
    NetlinkMessage.Link now = link;
    if (now == null) {
      throw new IllegalStateException("an interface is made by its first message");
    }
    boolean loopback = (now.flags() & IFF_LOOPBACK) != 0;
    Bytes mac = loopback ? null : now.mac();
    return new LinkInterface(
        now.index(),
        now.name(),
        mac,
        List.copyOf(addresses.keySet()),
        (now.flags() & IFF_UP) != 0 && (now.flags() & IFF_LOWER_UP) != 0,
        (now.flags() & IFF_MULTICAST) != 0 && !loopback,
        now.mtuBytes());
  }
}

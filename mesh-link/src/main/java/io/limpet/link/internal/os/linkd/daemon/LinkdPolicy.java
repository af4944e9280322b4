package io.limpet.link.internal.os.linkd.daemon;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkDetail;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NeighbourState;
import io.limpet.link.internal.os.NetworkMonitor;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage.AboutNeighbour;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage.OnInterface;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the daemon does for nobody, whoever asks: nothing but what repairs a neighbour on an
 * interface that was named to it. Reads only what the kernel told; confined to the event loop.
 */
final class LinkdPolicy {
  private static final int MAC_BYTES = 6;

  private final NetworkMonitor monitor;
  private final Set<String> interfaces;

  LinkdPolicy(NetworkMonitor monitor, Set<String> interfaces) {
    this.monitor = monitor;
    this.interfaces = Set.copyOf(interfaces);
  }

  /** Returns an interface that was named to the daemon, or null when it was not or is not up. */
  @Nullable LinkInterface named(String name) {
    return monitor.interfaces().stream()
        .filter(one -> interfaces.contains(name) && one.name().equals(name) && one.up())
        .findFirst()
        .orElse(null);
  }

  /** Returns why a request is not carried out, or null when nothing speaks against it. */
  @Nullable String objection(OnInterface request) {
    if (!interfaces.contains(request.on())) {
      return "not one of the interfaces that linkd was started for";
    }
    LinkInterface on = named(request.on());
    if (on == null) {
      return "the interface is not there or not up";
    }
    String objection = objectionToOwn(on, request);
    if (objection == null && request instanceof AboutNeighbour about) {
      objection = objectionToNeighbour(on, about.ip());
    }
    if (objection == null && touchesTheEntry(request)) {
      objection = objectionToEntry(on, ((AboutNeighbour) request).ip());
    }
    if (objection == null && request instanceof LinkdMessage.Replace replace) {
      objection = objectionToMac(replace.mac());
    }
    if (objection == null && request instanceof LinkdMessage.RunHook hook) {
      objection = objectionToMac(hook.mac());
    }
    return objection;
  }

  private static boolean touchesTheEntry(OnInterface request) {
    return request instanceof LinkdMessage.Replace
        || request instanceof LinkdMessage.Flush
        || request instanceof LinkdMessage.Probe;
  }

  /** Who announces what is not his own takes another's traffic. */
  private static @Nullable String objectionToOwn(LinkInterface on, OnInterface request) {
    InetAddress own = null;
    if (request instanceof LinkdMessage.Announce announce) {
      own = announce.own();
    } else if (request instanceof LinkdMessage.Solicit solicit) {
      own = solicit.own();
    }
    return own == null || on.addresses().contains(own)
        ? null
        : "not an address of this machine on the interface";
  }

  private @Nullable String objectionToNeighbour(LinkInterface on, InetAddress ip) {
    if (ip.isMulticastAddress() || ip.isAnyLocalAddress() || ip.isLoopbackAddress()) {
      return "not a neighbour's address";
    }
    if (monitor.interfaces().stream().anyMatch(one -> one.addresses().contains(ip))) {
      return "an address of this machine";
    }
    LinkDetail detail = monitor.detail(on.index());
    if (detail.prefixLengths().containsKey(ip)) {
      return "an address of this machine";
    }
    return isOnLink(detail.prefixLengths(), ip) ? null : "not an address of the interface's subnet";
  }

  private static boolean isOnLink(Map<InetAddress, Integer> own, InetAddress ip) {
    if (!(ip instanceof Inet4Address) && ip.isLinkLocalAddress()) {
      return true;
    }
    return own.entrySet().stream()
        .anyMatch(
            entry -> isWithin(ip.getAddress(), entry.getKey().getAddress(), entry.getValue()));
  }

  /** Says whether an address is a host's within a subnet, and not the subnet's or its broadcast. */
  private static boolean isWithin(byte[] ip, byte[] own, int prefixLength) {
    if (ip.length != own.length || prefixLength < 1 || prefixLength >= 8 * own.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit++) {
      int mask = 0x80 >>> (bit & 7);
      if (((ip[bit >> 3] ^ own[bit >> 3]) & mask) != 0) {
        return false;
      }
    }
    if (ip.length != 4 || prefixLength > 30) {
      return true;
    }
    int host = ByteBuffer.wrap(ip).getInt() & (-1 >>> prefixLength);
    return host != 0 && host != -1 >>> prefixLength;
  }

  /** What an administrator has laid down is his. */
  private @Nullable String objectionToEntry(LinkInterface on, InetAddress ip) {
    Optional<NeighbourState> state = monitor.neighbour(on.index(), ip).map(NeighbourEntry::state);
    return state.isPresent()
            && (state.get() == NeighbourState.PERMANENT || state.get() == NeighbourState.NOARP)
        ? "the entry is " + state.get() + ": an administrator's"
        : null;
  }

  private @Nullable String objectionToMac(Bytes mac) {
    byte[] bytes = mac.toArray();
    if (bytes.length != MAC_BYTES || (bytes[0] & 1) != 0 || Arrays.equals(bytes, new byte[6])) {
      return "not the MAC of one machine";
    }
    return monitor.interfaces().stream().anyMatch(one -> Objects.equals(one.mac(), mac))
        ? "a MAC of this machine"
        : null;
  }
}

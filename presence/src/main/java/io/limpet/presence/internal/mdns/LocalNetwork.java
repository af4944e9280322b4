package io.limpet.presence.internal.mdns;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Says what is on the same network as an address of this machine. Safe for any thread. */
public final class LocalNetwork {
  private LocalNetwork() {}

  /** Says whether an address is reached without a router from one of our own. */
  public static boolean covers(InetAddress local, InetAddress other) {
    if (local instanceof Inet6Address ours) {
      return other instanceof Inet6Address theirs
          && ours.isLinkLocalAddress()
          && theirs.isLinkLocalAddress()
          && ours.getScopeId() == theirs.getScopeId();
    }
    return other instanceof Inet4Address && isWithin(prefixLength(local), local, other);
  }

  /** Gives a link-local address of a neighbour the scope of the address of ours that hears it. */
  static InetAddress scoped(InetAddress address, InetAddress local) {
    if (address instanceof Inet6Address
        && address.isLinkLocalAddress()
        && local instanceof Inet6Address ours) {
      try {
        return Inet6Address.getByAddress("", address.getAddress(), ours.getScopeId());
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address has its length", e);
      }
    }
    return address;
  }

  /** Says whether two IPv4 addresses agree in so many bits, 1..32; none agree in 0. */
  static boolean isWithin(int prefixLength, InetAddress a, InetAddress b) {
    int shift = Integer.SIZE - prefixLength;
    return prefixLength > 0 && bits(a) >>> shift == bits(b) >>> shift;
  }

  private static int bits(InetAddress address) {
    return ByteBuffer.wrap(address.getAddress()).getInt();
  }

  /** Returns the name of the interface that has an address of ours; empty if none has it now. */
  static Optional<String> interfaceName(InetAddress local) {
    try {
      return Optional.ofNullable(NetworkInterface.getByInetAddress(local))
          .map(NetworkInterface::getName);
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  /** Asks the system: 0 for an address that is not ours any more. */
  private static int prefixLength(InetAddress local) {
    try {
      NetworkInterface of = NetworkInterface.getByInetAddress(local);
      if (of != null) {
        for (InterfaceAddress each : of.getInterfaceAddresses()) {
          if (local.equals(each.getAddress())) {
            return each.getNetworkPrefixLength();
          }
        }
      }
    } catch (SocketException e) {
      return 0;
    }
    return 0;
  }
}

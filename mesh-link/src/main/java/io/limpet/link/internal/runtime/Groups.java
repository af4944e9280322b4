package io.limpet.link.internal.runtime;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** The multicast groups. */
final class Groups {
  /** Administratively scoped, local (RFC 2365 section 6.1); never leaves the link at TTL 1. */
  private static final byte[] IPV4 = {(byte) 239, (byte) 255, 74, 64};

  /** Transient (RFC 4291 section 2.7), link-local scope: ff12::7464. */
  private static final byte[] IPV6 = {
    (byte) 0xff, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x74, 0x64
  };

  private Groups() {}

  /** Returns the group of a family on an interface. */
  static InetSocketAddress on(boolean ipv6, int interfaceIndex, int port) {
    return new InetSocketAddress(address(ipv6, interfaceIndex), port);
  }

  private static InetAddress address(boolean ipv6, int interfaceIndex) {
    try {
      return ipv6
          ? Inet6Address.getByAddress(null, IPV6, interfaceIndex)
          : InetAddress.getByAddress(IPV4);
    } catch (UnknownHostException e) {
      throw new AssertionError("the groups have the right length", e);
    }
  }
}

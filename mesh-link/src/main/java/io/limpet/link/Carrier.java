package io.limpet.link;

/** How a datagram travels on one interface. A value; safe for any thread. */
public enum Carrier {
  /** UDP to the peer's IPv4 address. */
  UNICAST_IPV4,
  /** UDP to the peer's IPv6 link-local address. */
  UNICAST_IPV6,
  /** UDP to the IPv4 multicast group. */
  MULTICAST_IPV4,
  /** UDP to the IPv6 link-local multicast group. */
  MULTICAST_IPV6;

  /** Returns the unicast carrier of a family. */
  public static Carrier unicast(boolean ipv6) {
    return ipv6 ? UNICAST_IPV6 : UNICAST_IPV4;
  }

  /** Returns the multicast carrier of a family. */
  public static Carrier multicast(boolean ipv6) {
    return ipv6 ? MULTICAST_IPV6 : MULTICAST_IPV4;
  }

  /** Says whether every node in reach hears what is sent. */
  public boolean isMulticast() {
    return this == MULTICAST_IPV4 || this == MULTICAST_IPV6;
  }

  /** Says whether this carrier uses IPv6. */
  public boolean isIpv6() {
    return this == UNICAST_IPV6 || this == MULTICAST_IPV6;
  }
}

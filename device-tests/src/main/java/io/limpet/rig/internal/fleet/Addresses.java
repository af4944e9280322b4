package io.limpet.rig.internal.fleet;

import io.limpet.rig.MacAddress;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The addresses of the n-th device, counted from 0. */
public final class Addresses {
  /** Length of the IPv4 network's prefix. */
  public static final int IPV4_PREFIX = 24;

  private static final int FIRST_HOST = 10;
  private static final int NO_SCOPE = -1;
  // Locally administered, unicast; the lowest octet is the device, the one above counts its silent
  // changes.
  private static final long MAC_BASE = 0x024d_4500_0000L;

  private Addresses() {}

  /** A device's MAC on the first network after so many silent changes. */
  public static MacAddress mac(int index, int changes) {
    return mac(0, index, changes);
  }

  /** The same on any network. */
  public static MacAddress mac(int network, int index, int changes) {
    return new MacAddress(
        MAC_BASE + ((long) network << 24) | (long) (changes & 0xffff) << 8 | (FIRST_HOST + index));
  }

  /** A device's IPv4 address on the first network. */
  public static Inet4Address ipv4(int index) {
    return ipv4(0, index);
  }

  /** The same on any network. */
  public static Inet4Address ipv4(int network, int index) {
    return (Inet4Address) address(new byte[] {10, 77, (byte) network, (byte) (FIRST_HOST + index)});
  }

  /** A device's IPv6 link-local address on the first network, without scope id. */
  public static Inet6Address ipv6LinkLocal(int index) {
    return ipv6LinkLocal(0, index, NO_SCOPE);
  }

  /** The same on any network, without scope id. */
  public static Inet6Address ipv6LinkLocal(int network, int index) {
    return ipv6LinkLocal(network, index, NO_SCOPE);
  }

  /** The same on the interface of this index. */
  public static Inet6Address ipv6LinkLocal(int network, int index, int interfaceIndex) {
    byte[] octets = new byte[16];
    octets[0] = (byte) 0xfe;
    octets[1] = (byte) 0x80;
    octets[13] = (byte) network;
    octets[14] = 0x4d;
    octets[15] = (byte) (FIRST_HOST + index);
    try {
      return Inet6Address.getByAddress(null, octets, interfaceIndex);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 octets are an IPv6 address", e);
    }
  }

  private static InetAddress address(byte[] octets) {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 octets are an IPv4 address", e);
    }
  }
}

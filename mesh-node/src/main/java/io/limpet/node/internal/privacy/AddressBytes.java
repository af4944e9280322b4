package io.limpet.node.internal.privacy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Addresses as bytes. */
final class AddressBytes {
  private AddressBytes() {}

  /** Returns the six bytes of {@code 02:00:00:00:00:01}. */
  static byte[] ofMac(String text) {
    return HexFormat.ofDelimiter(":").parseHex(text);
  }

  /** Says whether an IP address is that of a group, of loopback, or of nobody. */
  static boolean isOfNobody(byte[] ip) {
    try {
      InetAddress address = InetAddress.getByAddress(ip);
      return address.isMulticastAddress()
          || address.isLoopbackAddress()
          || address.isAnyLocalAddress()
          || (ip.length == 4 && ip[0] == -1);
    } catch (UnknownHostException e) {
      throw new AssertionError("the length was checked before", e);
    }
  }
}

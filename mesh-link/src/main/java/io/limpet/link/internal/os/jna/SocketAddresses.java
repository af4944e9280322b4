package io.limpet.link.internal.os.jna;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Packs socket addresses as the kernel wants them. */
public final class SocketAddresses {
  private SocketAddresses() {}

  /** Packs an Internet address; the interface is the scope of a link-local one. */
  public static byte[] internet(InetAddress ip, int port, int interfaceIndex) {
    byte[] address = ip.getAddress();
    ByteBuffer packed =
        ByteBuffer.allocate(address.length == 4 ? 16 : 28).order(ByteOrder.nativeOrder());
    int family = address.length == 4 ? NativeSocket.AF_INET : NativeSocket.AF_INET6;
    packed.putShort((short) family).put((byte) (port >> 8)).put((byte) port);
    if (ip instanceof Inet6Address) {
      packed.putInt(0).put(address).putInt(ip.isLinkLocalAddress() ? interfaceIndex : 0);
    } else {
      packed.put(address);
    }
    return packed.array();
  }

  /** Packs a netlink address: the kernel's assignment of a port, and the groups as a bit mask. */
  public static byte[] netlink(int groups) {
    return ByteBuffer.allocate(12)
        .order(ByteOrder.nativeOrder())
        .putShort((short) NativeSocket.AF_NETLINK)
        .putShort((short) 0)
        .putInt(0)
        .putInt(groups)
        .array();
  }

  /** Packs a link-layer destination: a 6-byte MAC and an EtherType, on an interface. */
  public static byte[] packet(int interfaceIndex, int etherType, byte[] mac) {
    return ByteBuffer.allocate(20)
        .order(ByteOrder.nativeOrder())
        .putShort((short) NativeSocket.AF_PACKET)
        .put((byte) (etherType >> 8))
        .put((byte) etherType)
        .putInt(interfaceIndex)
        .putShort((short) 0)
        .put((byte) 0)
        .put((byte) mac.length)
        .put(mac)
        .put(new byte[2])
        .array();
  }
}

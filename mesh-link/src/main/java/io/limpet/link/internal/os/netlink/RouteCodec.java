package io.limpet.link.internal.os.netlink;

import io.limpet.link.Bytes;
import io.limpet.link.internal.os.NeighbourState;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Rtnetlink: reads notifications and dumps, packs requests. Pure; safe for any thread. */
public final class RouteCodec {
  private static final int NEWLINK = 16;
  private static final int DELLINK = 17;
  private static final int GETLINK = 18;
  private static final int NEWADDR = 20;
  private static final int DELADDR = 21;
  private static final int GETADDR = 22;
  private static final int NEWNEIGH = 28;
  private static final int DELNEIGH = 29;
  private static final int GETNEIGH = 30;

  private static final int AF_UNSPEC = 0;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  private static final int IFINFO_BYTES = 16;
  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_WIRELESS = 11;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_SLAVE_KIND = 4;

  private static final int IFADDR_BYTES = 8;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_FLAGS = 8;

  private static final int NDMSG_BYTES = 12;
  private static final int NDA_DST = 1;
  private static final int NDA_LLADDR = 2;
  private static final int NTF_USE = 0x01;
  private static final int NTF_PROXY = 0x08;

  private static final int MAC_BYTES = 6;

  private RouteCodec() {}

  /** Returns what a message says, or null when it is of no interest or malformed. */
  public static @Nullable RouteMessage decode(NetlinkMessage message) {
    return switch (message.type()) {
      case NEWLINK, DELLINK -> link(message.payload(), message.type() == DELLINK);
      case NEWADDR, DELADDR -> address(message.payload(), message.type() == DELADDR);
      case NEWNEIGH, DELNEIGH -> neighbour(message.payload(), message.type() == DELNEIGH);
      default -> null;
    };
  }

  private static RouteMessage.@Nullable Link link(ByteBuffer payload, boolean removed) {
    if (payload.limit() < IFINFO_BYTES || payload.get(0) != AF_UNSPEC) {
      // Other families speak of a bridge's port or a protocol's settings, not of the interface.
      return null;
    }
    int index = payload.getInt(4);
    Attributes attributes = Attributes.after(payload, IFINFO_BYTES);
    String name = attributes.string(IFLA_IFNAME);
    if (index <= 0 || name == null || attributes.find(IFLA_WIRELESS) != null) {
      // A wireless event wears the type of a link message but carries next to none of its fields.
      return null;
    }
    return new RouteMessage.Link(
        index,
        removed,
        payload.getInt(8),
        name,
        mac(attributes.bytes(IFLA_ADDRESS, MAC_BYTES)),
        Math.max(0, attributes.intValue(IFLA_MTU, 0)),
        attributes.nested(IFLA_LINKINFO).string(IFLA_INFO_SLAVE_KIND));
  }

  private static RouteMessage.@Nullable Address address(ByteBuffer payload, boolean removed) {
    if (payload.limit() < IFADDR_BYTES) {
      return null;
    }
    int family = payload.get(0);
    int prefixLength = Byte.toUnsignedInt(payload.get(1));
    int index = payload.getInt(4);
    Attributes attributes = Attributes.after(payload, IFADDR_BYTES);
    InetAddress address = ip(family, attributes, IFA_LOCAL, index);
    if (address == null) {
      address = ip(family, attributes, IFA_ADDRESS, index);
    }
    if (index <= 0 || address == null || prefixLength > 8 * addressBytes(family)) {
      return null;
    }
    int flags = attributes.intValue(IFA_FLAGS, Byte.toUnsignedInt(payload.get(2)));
    return new RouteMessage.Address(index, removed, address, prefixLength, flags);
  }

  private static RouteMessage.@Nullable Neighbour neighbour(ByteBuffer payload, boolean removed) {
    if (payload.limit() < NDMSG_BYTES || (payload.get(10) & NTF_PROXY) != 0) {
      return null;
    }
    int index = payload.getInt(4);
    Attributes attributes = Attributes.after(payload, NDMSG_BYTES);
    InetAddress ip = ip(payload.get(0), attributes, NDA_DST, index);
    NeighbourState state = state(Short.toUnsignedInt(payload.getShort(8)));
    if (index <= 0 || ip == null || state == null) {
      return null;
    }
    Bytes mac = mac(attributes.bytes(NDA_LLADDR, MAC_BYTES));
    return new RouteMessage.Neighbour(index, removed, ip, mac, state);
  }

  /** Asks for all interfaces. */
  public static byte[] dumpLinks(int sequence) {
    return new NetlinkWriter(GETLINK, NetlinkWriter.REQUEST | NetlinkWriter.DUMP, sequence)
        .putBytes(new byte[IFINFO_BYTES])
        .finish();
  }

  /** Asks for all addresses. */
  public static byte[] dumpAddresses(int sequence) {
    return new NetlinkWriter(GETADDR, NetlinkWriter.REQUEST | NetlinkWriter.DUMP, sequence)
        .putBytes(new byte[IFADDR_BYTES])
        .finish();
  }

  /** Asks for all neighbour entries. */
  public static byte[] dumpNeighbours(int sequence) {
    return new NetlinkWriter(GETNEIGH, NetlinkWriter.REQUEST | NetlinkWriter.DUMP, sequence)
        .putBytes(new byte[NDMSG_BYTES])
        .finish();
  }

  /** Makes or replaces an entry, REACHABLE, so that the kernel ages it as any other. */
  public static byte[] replaceNeighbour(int sequence, int index, InetAddress ip, Bytes mac) {
    int flags = NetlinkWriter.CREATE | NetlinkWriter.REPLACE;
    return neighbourRequest(NEWNEIGH, flags, sequence, index, ip, 0x02, 0)
        .attribute(NDA_LLADDR, mac.toArray())
        .finish();
  }

  /** Deletes an entry. */
  public static byte[] deleteNeighbour(int sequence, int index, InetAddress ip) {
    return neighbourRequest(DELNEIGH, 0, sequence, index, ip, 0, 0).finish();
  }

  /** Makes an existing entry that has a MAC go through unicast probes. */
  public static byte[] probeNeighbour(int sequence, int index, InetAddress ip) {
    return neighbourRequest(NEWNEIGH, NetlinkWriter.REPLACE, sequence, index, ip, 0x10, 0).finish();
  }

  /** Makes the kernel act as if a packet waited for this neighbour: it resolves when it must. */
  public static byte[] useNeighbour(int sequence, int index, InetAddress ip) {
    return neighbourRequest(NEWNEIGH, NetlinkWriter.CREATE, sequence, index, ip, 0, NTF_USE)
        .finish();
  }

  /**
   * Returns a request that changes nothing even where it is permitted: the kernel looks at the
   * privilege first and then finds no address in it.
   */
  public static byte[] permissionTest(int sequence) {
    return new NetlinkWriter(DELNEIGH, NetlinkWriter.REQUEST | NetlinkWriter.ACK, sequence)
        .putInt(AF_INET)
        .putBytes(new byte[NDMSG_BYTES - 4])
        .finish();
  }

  private static NetlinkWriter neighbourRequest(
      int type, int flags, int sequence, int index, InetAddress ip, int state, int entryFlags) {
    byte[] address = ip.getAddress();
    return new NetlinkWriter(type, flags | NetlinkWriter.REQUEST | NetlinkWriter.ACK, sequence)
        .putByte(address.length == 4 ? AF_INET : AF_INET6)
        .putByte(0)
        .putShort(0)
        .putInt(index)
        .putShort(state)
        .putByte(entryFlags)
        .putByte(0)
        .attribute(NDA_DST, address);
  }

  private static int addressBytes(int family) {
    return switch (family) {
      case AF_INET -> 4;
      case AF_INET6 -> 16;
      default -> 0;
    };
  }

  private static @Nullable InetAddress ip(int family, Attributes attributes, int type, int index) {
    int length = addressBytes(family);
    byte[] bytes = length == 0 ? null : attributes.bytes(type, length);
    if (bytes == null) {
      return null;
    }
    try {
      if (length == 4) {
        return InetAddress.getByAddress(bytes);
      }
      // The index of the message is the scope: java.net's own idea of interfaces may be another
      // network namespace's.
      boolean linkLocal = (bytes[0] & 0xff) == 0xfe && (bytes[1] & 0xc0) == 0x80;
      return Inet6Address.getByAddress(null, bytes, linkLocal ? index : -1);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static @Nullable Bytes mac(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    int or = 0;
    for (byte b : bytes) {
      or |= b;
    }
    return or == 0 ? null : Bytes.of(bytes);
  }

  private static @Nullable NeighbourState state(int bits) {
    return switch (bits) {
      case 0x00 -> NeighbourState.NONE;
      case 0x01 -> NeighbourState.INCOMPLETE;
      case 0x02 -> NeighbourState.REACHABLE;
      case 0x04 -> NeighbourState.STALE;
      case 0x08 -> NeighbourState.DELAY;
      case 0x10 -> NeighbourState.PROBE;
      case 0x20 -> NeighbourState.FAILED;
      case 0x40 -> NeighbourState.NOARP;
      case 0x80 -> NeighbourState.PERMANENT;
      default -> null;
    };
  }
}

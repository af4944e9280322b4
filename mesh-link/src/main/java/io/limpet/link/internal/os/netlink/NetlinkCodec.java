package io.limpet.link.internal.os.netlink;

import io.limpet.link.Bytes;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NeighbourState;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of rtnetlink to messages and back. Pure; never throws on what it reads: a message that is
 * cut short or makes no sense is passed over, and counted by the return value.
 */
public final class NetlinkCodec {
  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int RTM_NEWADDR = 20;
  static final int RTM_DELADDR = 21;
  static final int RTM_GETADDR = 22;
  static final int RTM_NEWNEIGH = 28;
  static final int RTM_DELNEIGH = 29;
  static final int RTM_GETNEIGH = 30;

  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int HEADER_BYTES = 16;
  private static final int LINK_BYTES = 16;
  private static final int ADDRESS_BYTES = 8;
  private static final int NEIGHBOUR_BYTES = 12;

  private static final int NLM_F_REQUEST = 0x1;
  private static final int NLM_F_ACK = 0x4;
  private static final int NLM_F_REPLACE = 0x100;
  private static final int NLM_F_DUMP = 0x300;
  private static final int NLM_F_CREATE = 0x400;

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  private static final int IFA_F_DADFAILED = 0x08;
  private static final int IFA_F_TENTATIVE = 0x40;

  /** What a written entry may be: never PERMANENT, so that the kernel may correct it. */
  public enum WrittenState {
    /** Confirmed just now. */
    REACHABLE(0x02),
    /** To be probed now. */
    PROBE(0x10);

    private final int code;

    WrittenState(int code) {
      this.code = code;
    }
  }

  private NetlinkCodec() {}

  /** Makes a request for all links, addresses or neighbours. */
  static byte[] dump(int type, int sequence) {
    int body =
        switch (type) {
          case RTM_GETLINK -> LINK_BYTES;
          case RTM_GETADDR -> ADDRESS_BYTES;
          default -> NEIGHBOUR_BYTES;
        };
    return header(HEADER_BYTES + body, type, NLM_F_REQUEST | NLM_F_DUMP, sequence).array();
  }

  /** Makes a request to write a neighbour entry. */
  public static byte[] writeNeighbour(
      int interfaceIndex, InetAddress ip, @Nullable Bytes mac, WrittenState state, int sequence) {
    return neighbour(
        RTM_NEWNEIGH,
        NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE,
        interfaceIndex,
        ip,
        mac,
        state.code,
        sequence);
  }

  /** Makes a request to delete a neighbour entry. */
  public static byte[] deleteNeighbour(int interfaceIndex, InetAddress ip, int sequence) {
    return neighbour(
        RTM_DELNEIGH, NLM_F_REQUEST | NLM_F_ACK, interfaceIndex, ip, null, 0, sequence);
  }

  private static byte[] neighbour(
      int type,
      int flags,
      int interfaceIndex,
      InetAddress ip,
      @Nullable Bytes mac,
      int state,
      int sequence) {
    byte[] address = ip.getAddress();
    int length =
        HEADER_BYTES
            + NEIGHBOUR_BYTES
            + attributeBytes(address.length)
            + (mac == null ? 0 : attributeBytes(mac.length()));
    ByteBuffer out = header(length, type, flags, sequence);
    out.put((byte) (address.length == 4 ? AF_INET : AF_INET6)).put((byte) 0).putShort((short) 0);
    out.putInt(interfaceIndex).putShort((short) state).put((byte) 0).put((byte) 0);
    attribute(out, 1, address);
    if (mac != null) {
      attribute(out, 2, mac.toArray());
    }
    return out.array();
  }

  private static ByteBuffer header(int length, int type, int flags, int sequence) {
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    out.putInt(length).putShort((short) type).putShort((short) flags);
    return out.putInt(sequence).putInt(0);
  }

  private static int attributeBytes(int valueBytes) {
    return align(4 + valueBytes);
  }

  private static void attribute(ByteBuffer out, int type, byte[] value) {
    int start = out.position();
    out.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    out.position(start + attributeBytes(value.length));
  }

  private static int align(int length) {
    return (length + 3) & ~3;
  }

  /**
   * Reads one datagram of messages.
   *
   * @return how many messages were cut short or made no sense
   */
  public static int read(ByteBuffer datagram, Consumer<NetlinkMessage> sink) {
    ByteBuffer in = datagram.order(ByteOrder.nativeOrder());
    int damaged = 0;
    while (in.remaining() >= HEADER_BYTES) {
      int start = in.position();
      int length = in.getInt();
      if (length < HEADER_BYTES || length > in.limit() - start) {
        return damaged + 1;
      }
      int type = in.getShort() & 0xFFFF;
      in.getShort();
      int sequence = in.getInt();
      in.getInt();
      ByteBuffer body = in.slice(in.position(), length - HEADER_BYTES);
      body.order(ByteOrder.nativeOrder());
      if (!readBody(type, sequence, body, sink)) {
        damaged++;
      }
      in.position(Math.min(in.limit(), start + align(length)));
    }
    return damaged;
  }

  private static boolean readBody(
      int type, int sequence, ByteBuffer body, Consumer<NetlinkMessage> sink) {
    NetlinkMessage message =
        switch (type) {
          case NLMSG_DONE -> new NetlinkMessage.Done(sequence);
          case NLMSG_ERROR ->
              body.remaining() < 4
                  ? null
                  : new NetlinkMessage.Acknowledgement(sequence, -body.getInt());
          case RTM_NEWLINK, RTM_DELLINK -> link(body, type == RTM_NEWLINK);
          case RTM_NEWADDR, RTM_DELADDR -> address(body, type == RTM_NEWADDR);
          case RTM_NEWNEIGH, RTM_DELNEIGH -> neighbour(body, type == RTM_NEWNEIGH);
          default -> null;
        };
    if (message == null) {
      return !isKnown(type);
    }
    sink.accept(message);
    return true;
  }

  private static boolean isKnown(int type) {
    return type == NLMSG_ERROR
        || type == RTM_NEWLINK
        || type == RTM_DELLINK
        || type == RTM_NEWADDR
        || type == RTM_DELADDR
        || type == RTM_NEWNEIGH
        || type == RTM_DELNEIGH;
  }

  private static @Nullable NetlinkMessage link(ByteBuffer body, boolean exists) {
    if (body.remaining() < LINK_BYTES) {
      return null;
    }
    int index = body.getInt(4);
    int flags = body.getInt(8);
    if (!exists) {
      return new NetlinkMessage.LinkGone(index);
    }
    body.position(LINK_BYTES);
    Map<Integer, ByteBuffer> attributes = attributes(body);
    byte[] name = bytes(attributes.get(3));
    byte[] mac = bytes(attributes.get(1));
    ByteBuffer mtu = attributes.get(4);
    if (name == null || name.length < 2) {
      return null;
    }
    return new NetlinkMessage.Link(
        index,
        new String(name, 0, name.length - 1, StandardCharsets.UTF_8),
        mac == null || mac.length != 6 ? null : Bytes.of(mac),
        flags,
        mtu == null || mtu.remaining() < 4 ? 0 : mtu.getInt(mtu.position()));
  }

  private static @Nullable NetlinkMessage address(ByteBuffer body, boolean exists) {
    if (body.remaining() < ADDRESS_BYTES) {
      return null;
    }
    int prefixLengthBits = body.get(1) & 0xFF;
    int flags = body.get(2) & 0xFF;
    int index = body.getInt(4);
    body.position(ADDRESS_BYTES);
    Map<Integer, ByteBuffer> attributes = attributes(body);
    ByteBuffer longFlags = attributes.get(8);
    if (longFlags != null && longFlags.remaining() >= 4) {
      flags = longFlags.getInt(longFlags.position());
    }
    // On a point-to-point link IFA_ADDRESS is the other end; IFA_LOCAL is always ours.
    ByteBuffer local = attributes.containsKey(2) ? attributes.get(2) : attributes.get(1);
    InetAddress address = inet(local, index);
    if (address == null) {
      return null;
    }
    return exists
        ? new NetlinkMessage.Address(
            index, address, prefixLengthBits, (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0)
        : new NetlinkMessage.AddressGone(index, address);
  }

  private static @Nullable NetlinkMessage neighbour(ByteBuffer body, boolean exists) {
    if (body.remaining() < NEIGHBOUR_BYTES) {
      return null;
    }
    int index = body.getInt(4);
    int state = body.getShort(8) & 0xFFFF;
    body.position(NEIGHBOUR_BYTES);
    Map<Integer, ByteBuffer> attributes = attributes(body);
    InetAddress ip = inet(attributes.get(1), index);
    if (ip == null) {
      return null;
    }
    if (!exists) {
      return new NetlinkMessage.NeighbourGone(index, ip);
    }
    byte[] mac = bytes(attributes.get(2));
    return new NetlinkMessage.Neighbour(
        new NeighbourEntry(
            index, ip, mac == null || mac.length != 6 ? null : Bytes.of(mac), state(state)));
  }

  private static NeighbourState state(int code) {
    return switch (code) {
      case 0x01 -> NeighbourState.INCOMPLETE;
      case 0x02 -> NeighbourState.REACHABLE;
      case 0x04 -> NeighbourState.STALE;
      case 0x08 -> NeighbourState.DELAY;
      case 0x10 -> NeighbourState.PROBE;
      case 0x20 -> NeighbourState.FAILED;
      case 0x40 -> NeighbourState.NOARP;
      case 0x80 -> NeighbourState.PERMANENT;
      default -> NeighbourState.NONE;
    };
  }

  private static Map<Integer, ByteBuffer> attributes(ByteBuffer in) {
    Map<Integer, ByteBuffer> found = new HashMap<>();
    while (in.remaining() >= 4) {
      int start = in.position();
      int length = in.getShort() & 0xFFFF;
      int type = in.getShort() & 0x3FFF;
      if (length < 4 || length > in.limit() - start) {
        return found;
      }
      found.putIfAbsent(type, in.slice(start + 4, length - 4).order(ByteOrder.nativeOrder()));
      in.position(Math.min(in.limit(), start + align(length)));
    }
    return found;
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer value) {
    if (value == null) {
      return null;
    }
    byte[] copy = new byte[value.remaining()];
    value.duplicate().get(copy);
    return copy;
  }

  private static @Nullable InetAddress inet(@Nullable ByteBuffer value, int interfaceIndex) {
    byte[] bytes = bytes(value);
    if (bytes == null || bytes.length != 4 && bytes.length != 16) {
      return null;
    }
    try {
      InetAddress address = InetAddress.getByAddress(bytes);
      return address instanceof Inet6Address v6 && v6.isLinkLocalAddress()
          ? Inet6Address.getByAddress(null, bytes, interfaceIndex)
          : address;
    } catch (UnknownHostException e) {
      return null;
    }
  }
}

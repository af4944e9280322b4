package io.limpet.link.internal.os.sockdiag;

import io.limpet.link.Bytes;
import io.limpet.link.KernelSocket;
import io.limpet.link.KernelSocket.State;
import io.limpet.link.KernelSocket.Timer;
import io.limpet.link.KernelTcpInfo;
import io.limpet.link.internal.os.netlink.Attributes;
import io.limpet.link.internal.os.netlink.NetlinkMessage;
import io.limpet.link.internal.os.netlink.NetlinkWriter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Socket diagnosis messages ({@code linux/inet_diag.h}): reads answers, packs requests. Pure; never
 * throws on bad bytes.
 */
final class SocketCodec {
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;

  private static final int BY_FAMILY = 20;
  private static final int DESTROY = 21;
  private static final int IPPROTO_TCP = 6;

  /** Those below, by their numbers; not the bound ones that newer kernels would add. */
  private static final int ALL_STATES = 0x1ffe;

  private static final int MEMINFO = 1;
  private static final int INFO = 2;
  private static final int EXTENSIONS = 1 << (MEMINFO - 1) | 1 << (INFO - 1);

  /** What there is of {@code tcp_info} since Linux 2.6. */
  private static final int INFO_BYTES = 104;

  private static final int SOCKET_ID_OFFSET = 4;
  private static final int SOCKET_ID_BYTES = 48;
  private static final int INTERFACE_OFFSET = 36;
  private static final int ANSWER_BYTES = 72;
  private static final int EXPIRES_OFFSET = 52;
  private static final int READ_QUEUE_OFFSET = 56;
  private static final Timer.Kind[] TIMERS = {
    Timer.Kind.NONE,
    Timer.Kind.RETRANSMISSION,
    Timer.Kind.KEEPALIVE,
    Timer.Kind.TIME_WAIT,
    Timer.Kind.WINDOW_PROBE,
  };

  /** The kernel's numbers begin at 1; SYN_RECV comes as 3 for a socket and as 12 for a request. */
  private static final State[] STATES = {
    State.ESTABLISHED,
    State.SYN_SENT,
    State.SYN_RECEIVED,
    State.FIN_WAIT_1,
    State.FIN_WAIT_2,
    State.TIME_WAIT,
    State.CLOSED,
    State.CLOSE_WAIT,
    State.LAST_ACK,
    State.LISTEN,
    State.CLOSING,
    State.SYN_RECEIVED,
  };

  private SocketCodec() {}

  /** Asks for all TCP sockets of a family. */
  static byte[] dump(int sequence, int family) {
    return request(
        BY_FAMILY, NetlinkWriter.DUMP, sequence, family, EXTENSIONS, new byte[SOCKET_ID_BYTES]);
  }

  /** Aborts one socket. */
  static byte[] destroy(int sequence, Bytes id) {
    byte[] packed = id.toArray();
    byte[] socket = Arrays.copyOfRange(packed, 1, 1 + SOCKET_ID_BYTES);
    return request(DESTROY, NetlinkWriter.ACK, sequence, packed[0], 0, socket);
  }

  /** Says whether this is an identification that {@link #read} made. */
  static boolean isId(Bytes id) {
    return id.length() == 1 + SOCKET_ID_BYTES;
  }

  /**
   * Returns what an answer says, or null when it is none or malformed.
   *
   * @param isLocal says whether an address is one of this machine's
   */
  static @Nullable KernelSocket read(NetlinkMessage message, Predicate<InetAddress> isLocal) {
    ByteBuffer answer = message.payload();
    if (message.type() != BY_FAMILY || answer.limit() < ANSWER_BYTES) {
      return null;
    }
    int family = answer.get(0);
    int number = answer.get(1);
    if ((family != AF_INET && family != AF_INET6) || number < 1 || number > STATES.length) {
      return null;
    }
    State state = STATES[number - 1];
    InetSocketAddress local = address(answer, family, SOCKET_ID_OFFSET, 8);
    InetSocketAddress remote = address(answer, family, SOCKET_ID_OFFSET + 2, 24);
    if (local == null || remote == null) {
      return null;
    }
    byte[] id = new byte[1 + SOCKET_ID_BYTES];
    id[0] = (byte) family;
    answer.get(SOCKET_ID_OFFSET, id, 1, SOCKET_ID_BYTES);
    return new KernelSocket(
        state,
        local,
        remote,
        unsigned(answer, READ_QUEUE_OFFSET),
        unsigned(answer, READ_QUEUE_OFFSET + 4),
        unsigned(answer, READ_QUEUE_OFFSET + 8),
        unsigned(answer, READ_QUEUE_OFFSET + 12),
        !isLocal.test(local.getAddress()),
        timer(answer),
        state == State.LISTEN ? null : info(Attributes.after(answer, ANSWER_BYTES)),
        Bytes.of(id));
  }

  private static Timer timer(ByteBuffer answer) {
    int kind = Byte.toUnsignedInt(answer.get(2));
    // What is overdue by a little comes as a negative number.
    long expiresMs = Math.max(0, answer.getInt(EXPIRES_OFFSET));
    return new Timer(
        kind < TIMERS.length ? TIMERS[kind] : Timer.Kind.NONE,
        Byte.toUnsignedInt(answer.get(3)),
        expiresMs);
  }

  private static @Nullable KernelTcpInfo info(Attributes attributes) {
    ByteBuffer info = attributes.find(INFO);
    if (info == null || info.limit() < INFO_BYTES) {
      return null;
    }
    ByteBuffer memory = attributes.find(MEMINFO);
    return new KernelTcpInfo(
        Byte.toUnsignedInt(info.get(4)),
        unsigned(info, 8) / 1_000,
        unsigned(info, 68),
        unsigned(info, 44),
        unsigned(info, 52),
        unsigned(info, 56),
        unsigned(info, 100),
        memory(memory, 0),
        memory(memory, 4));
  }

  private static long memory(@Nullable ByteBuffer memory, int offset) {
    return memory == null || memory.limit() < offset + 4 ? 0 : unsigned(memory, offset);
  }

  private static byte[] request(
      int type, int flags, int sequence, int family, int extensions, byte[] socketId) {
    return new NetlinkWriter(type, NetlinkWriter.REQUEST | flags, sequence)
        .putByte(family)
        .putByte(IPPROTO_TCP)
        .putByte(extensions)
        .putByte(0)
        .putInt(ALL_STATES)
        .putBytes(socketId)
        .finish();
  }

  private static @Nullable InetSocketAddress address(
      ByteBuffer answer, int family, int portOffset, int ipOffset) {
    int port =
        (Byte.toUnsignedInt(answer.get(portOffset)) << 8)
            | Byte.toUnsignedInt(answer.get(portOffset + 1));
    byte[] bytes = new byte[family == AF_INET ? 4 : 16];
    answer.get(ipOffset, bytes);
    try {
      // This also turns the IPv4-mapped addresses of IPv6 sockets into what they stand for.
      InetAddress ip = InetAddress.getByAddress(bytes);
      int scope = answer.order(ByteOrder.nativeOrder()).getInt(SOCKET_ID_OFFSET + INTERFACE_OFFSET);
      if (ip instanceof Inet6Address && ip.isLinkLocalAddress() && scope > 0) {
        ip = Inet6Address.getByAddress(null, bytes, scope);
      }
      return new InetSocketAddress(ip, port);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static long unsigned(ByteBuffer answer, int offset) {
    return Integer.toUnsignedLong(answer.getInt(offset));
  }
}

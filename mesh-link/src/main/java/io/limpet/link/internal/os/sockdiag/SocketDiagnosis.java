package io.limpet.link.internal.os.sockdiag;

import io.limpet.link.Bytes;
import io.limpet.link.KernelSocket;
import io.limpet.link.LinkException;
import io.limpet.link.internal.os.jna.ErrnoException;
import io.limpet.link.internal.os.linux.NetlinkClient;
import io.limpet.link.internal.os.netlink.RouteCodec;
import io.limpet.link.internal.os.netlink.RouteMessage;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks the kernel for its TCP sockets, and destroys them. Safe for any thread; blocks briefly. */
public final class SocketDiagnosis {
  private static final int TIMEOUT_MS = 1_000;

  private SocketDiagnosis() {}

  /**
   * Returns the TCP sockets of IPv4 and IPv6.
   *
   * @throws LinkException where the kernel does not tell
   */
  public static List<KernelSocket> list(int atMost) throws LinkException {
    try (NetlinkClient client = new NetlinkClient(NetlinkClient.SOCK_DIAG)) {
      Set<InetAddress> own = ownAddresses();
      // A table that changed while it was read is read again.
      Map<Bytes, KernelSocket> sockets = new LinkedHashMap<>();
      for (int family : new int[] {SocketCodec.AF_INET, SocketCodec.AF_INET6}) {
        client.dump(
            sequence -> SocketCodec.dump(sequence, family),
            message -> {
              KernelSocket socket = SocketCodec.read(message, ip -> isLocal(ip, own));
              if (socket != null && sockets.size() < atMost) {
                sockets.put(socket.id(), socket);
              }
            },
            TIMEOUT_MS);
      }
      return List.copyOf(sockets.values());
    } catch (ErrnoException | LinkageError e) {
      throw new LinkException("the kernel does not tell its sockets: " + e.getMessage(), e);
    }
  }

  /**
   * Aborts a socket.
   *
   * @throws LinkException when the kernel refuses
   */
  public static void destroy(KernelSocket socket) throws LinkException {
    if (!SocketCodec.isId(socket.id())) {
      throw new LinkException("not a socket that was listed");
    }
    String which = socket.local() + " to " + socket.remote();
    try (NetlinkClient client = new NetlinkClient(NetlinkClient.SOCK_DIAG)) {
      int errno = client.request(sequence -> SocketCodec.destroy(sequence, socket.id()));
      if (errno == ErrnoException.EPERM || errno == ErrnoException.EACCES) {
        throw new LinkException("destroying a socket needs CAP_NET_ADMIN");
      }
      if (errno == ErrnoException.ENOENT) {
        throw new LinkException("the socket " + which + " is gone already");
      }
      if (errno != 0) {
        throw new LinkException(
            "the socket " + which + " was not destroyed: " + ErrnoException.text(errno));
      }
    } catch (ErrnoException | LinkageError e) {
      throw new LinkException("the kernel cannot be asked: " + e.getMessage(), e);
    }
  }

  private static Set<InetAddress> ownAddresses() throws ErrnoException {
    Set<InetAddress> own = new HashSet<>();
    try (NetlinkClient client = new NetlinkClient(NetlinkClient.ROUTE)) {
      client.dump(
          RouteCodec::dumpAddresses,
          message -> {
            if (RouteCodec.decode(message) instanceof RouteMessage.Address address) {
              own.add(address.address());
            }
          },
          TIMEOUT_MS);
    }
    return own;
  }

  private static boolean isLocal(InetAddress ip, Set<InetAddress> own) {
    return ip.isLoopbackAddress() || ip.isAnyLocalAddress() || own.contains(ip);
  }
}

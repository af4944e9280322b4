package io.limpet.link;

import io.limpet.link.internal.os.linkd.client.LinkdCall;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import io.limpet.link.internal.os.sockdiag.SocketDiagnosis;
import java.nio.file.Path;
import java.util.List;

/**
 * The TCP sockets of this machine's kernel, of all programs, so that people can see which are stuck
 * and, with privilege, have the programs told at once. Safe for any thread; each call blocks for
 * milliseconds, so not for an event loop. Linux only.
 */
public final class KernelSockets {
  /** Most sockets that {@link #list} returns. */
  public static final int MAX_SOCKETS = 16_384;

  private KernelSockets() {}

  /**
   * Returns the IPv4 and IPv6 sockets, at most {@link #MAX_SOCKETS}. Needs no privilege.
   *
   * @throws LinkException where the kernel does not tell
   */
  public static List<KernelSocket> list() throws LinkException {
    return SocketDiagnosis.list(MAX_SOCKETS);
  }

  /**
   * Aborts a socket: its program gets a "connection aborted" error at its next call, or at once
   * when it waits. Needs CAP_NET_ADMIN.
   *
   * @throws LinkException when the privilege is missing, or the socket is gone
   */
  public static void destroy(KernelSocket socket) throws LinkException {
    SocketDiagnosis.destroy(socket);
  }

  /**
   * Has the helper daemon abort a socket, which it does for stranded ones only. Needs no privilege,
   * but to be among those that may ask.
   *
   * @param linkd the daemon's socket
   * @throws LinkException when no daemon is there, or when it refuses
   */
  public static void destroy(KernelSocket socket, Path linkd) throws LinkException {
    try (LinkdCall call = new LinkdCall(linkd)) {
      LinkdMessage.Told told = call.ask(new LinkdMessage.Destroy(1, socket.id()));
      if (!told.done()) {
        throw new LinkException("linkd: " + told.word() + ", " + told.detail());
      }
    }
  }
}

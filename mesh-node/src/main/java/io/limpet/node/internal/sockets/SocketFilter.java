package io.limpet.node.internal.sockets;

import io.limpet.link.KernelSocket.State;
import io.limpet.node.internal.sockets.SocketJudge.Judged;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which sockets a person wants to see.
 *
 * @param states empty for all
 * @param port of either end, 0 for all
 * @param program the beginning of its name, or its process id, or {@code mesh}; null for all
 * @param problems only what is not normal
 * @param stranded only those whose local address has vanished
 */
public record SocketFilter(
    Set<State> states, int port, @Nullable String program, boolean problems, boolean stranded) {
  /** All of them. */
  public static final SocketFilter ALL = new SocketFilter(Set.of(), 0, null, false, false);

  public SocketFilter {
    states = Set.copyOf(states);
  }

  boolean takes(Judged judged) {
    SocketFacts socket = judged.socket();
    return (states.isEmpty() || states.contains(socket.state()))
        && (port == 0 || socket.local().port() == port || socket.remote().port() == port)
        && (program == null || isOf(socket, program))
        && (!problems || judged.verdict() != SocketVerdict.NORMAL)
        && (!stranded || judged.finding() == SocketFinding.STRANDED);
  }

  private static boolean isOf(SocketFacts socket, String wanted) {
    if (socket.origin() instanceof SocketFacts.Kernel kernel) {
      String name = kernel.program();
      return (name != null
              && name.toLowerCase(Locale.ROOT).startsWith(wanted.toLowerCase(Locale.ROOT)))
          || (kernel.pid() != 0 && wanted.equals(Long.toString(kernel.pid())));
    }
    return wanted.equalsIgnoreCase("mesh");
  }
}

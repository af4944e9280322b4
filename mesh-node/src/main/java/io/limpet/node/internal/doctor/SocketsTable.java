package io.limpet.node.internal.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/** Reads the kernel's table of UDP sockets, {@code /proc/net/udp} and {@code udp6}. */
final class SocketsTable {
  private static final int LOCAL = 1;
  private static final int INODE = 9;

  private SocketsTable() {}

  /**
   * Returns the sockets of a table; a line that is damaged is passed over.
   *
   * @param owner who holds an inode, if that is known
   */
  static List<Facts.Socket> parse(
      String table, boolean ipv6, LongFunction<Optional<SocketOwners.Owner>> owner) {
    List<Facts.Socket> sockets = new ArrayList<>();
    for (String line : table.split("\n", -1)) {
      String[] fields = line.strip().split("\\s+", -1);
      if (fields.length > INODE
          && fields[LOCAL].matches("[0-9A-F]{8,32}:[0-9A-F]{4}")
          && fields[INODE].matches("[0-9]{1,18}")) {
        int port = Integer.parseInt(fields[LOCAL].substring(fields[LOCAL].indexOf(':') + 1), 16);
        long inode = Long.parseLong(fields[INODE]);
        Optional<SocketOwners.Owner> holder = owner.apply(inode);
        sockets.add(
            new Facts.Socket(
                port,
                ipv6,
                inode,
                holder.map(SocketOwners.Owner::program).orElse(null),
                holder.map(SocketOwners.Owner::pid).orElse(0L)));
      }
    }
    return sockets;
  }

  static String owner(Facts.Socket socket) {
    return socket.program() == null
        ? "another user's program"
        : socket.program() + " (process " + socket.pid() + ")";
  }
}

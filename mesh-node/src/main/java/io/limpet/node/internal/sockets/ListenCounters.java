package io.limpet.node.internal.sockets;

import java.util.OptionalLong;

/** Reads what the kernel has counted of its listeners, {@code /proc/net/netstat}. Pure. */
final class ListenCounters {
  private static final String GROUP = "TcpExt:";

  private ListenCounters() {}

  /**
   * Returns a counter since the network namespace began.
   *
   * @param netstat the file's text: of each group a line of names and a line of values
   * @param name such as {@code ListenOverflows}
   */
  static OptionalLong read(String netstat, String name) {
    String[] names = null;
    for (String line : netstat.split("\n", -1)) {
      if (!line.startsWith(GROUP)) {
        continue;
      }
      String[] words = line.strip().split(" +", -1);
      if (names == null) {
        names = words;
        continue;
      }
      for (int i = 1; i < Math.min(names.length, words.length); i++) {
        if (names[i].equals(name) && words[i].matches("[0-9]{1,18}")) {
          return OptionalLong.of(Long.parseLong(words[i]));
        }
      }
    }
    return OptionalLong.empty();
  }
}

package io.limpet.link.internal.os.control;

import io.limpet.link.internal.os.LinkControl.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** What the kernel says this process may do. */
final class Capabilities {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_NET_RAW = 13;

  private Capabilities() {}

  static Set<Capability> effective() {
    try {
      return parse(Files.readString(Path.of("/proc/self/status")));
    } catch (IOException e) {
      return Set.of();
    }
  }

  static Set<Capability> parse(String status) {
    EnumSet<Capability> found = EnumSet.noneOf(Capability.class);
    status
        .lines()
        .filter(line -> line.matches("CapEff:\\s*[0-9a-fA-F]{1,16}"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .forEach(
            mask -> {
              if ((mask >> CAP_NET_ADMIN & 1) == 1) {
                found.add(Capability.WRITE_NEIGHBOURS);
              }
              if ((mask >> CAP_NET_RAW & 1) == 1) {
                found.add(Capability.SEND_ARP);
              }
            });
    return found;
  }
}

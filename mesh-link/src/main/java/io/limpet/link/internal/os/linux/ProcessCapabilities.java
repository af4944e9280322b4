package io.limpet.link.internal.os.linux;

import io.limpet.link.internal.os.LinkControl.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the kernel says that this thread may do. */
public final class ProcessCapabilities {
  private static final Path STATUS = Path.of("/proc/thread-self/status");
  private static final String EFFECTIVE = "CapEff:";
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_NET_RAW = 13;

  private ProcessCapabilities() {}

  /** Returns the effective capabilities that matter here, none where they cannot be read. */
  public static Set<Capability> effective() {
    try {
      return parse(Files.readAllLines(STATUS));
    } catch (IOException e) {
      return Set.of();
    }
  }

  static Set<Capability> parse(List<String> status) {
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    for (String line : status) {
      if (line.startsWith(EFFECTIVE)) {
        long mask = parseMask(line.substring(EFFECTIVE.length()).trim());
        if (((mask >>> CAP_NET_ADMIN) & 1) != 0) {
          capabilities.add(Capability.WRITE_NEIGHBOURS);
        }
        if (((mask >>> CAP_NET_RAW) & 1) != 0) {
          capabilities.add(Capability.SEND_ARP);
        }
      }
    }
    return capabilities;
  }

  private static long parseMask(String hex) {
    try {
      return Long.parseUnsignedLong(hex, 16);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}

package io.limpet.link.internal.os.portable;

import io.limpet.link.LinkInterface;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What an interface transmits, where the system says so: Linux does for Ethernet, and nobody does
 * for a radio, whose rate differs from peer to peer. Does a little I/O; safe for any thread.
 */
public final class InterfaceRate {
  private static final Path CLASS = Path.of("/sys/class/net");
  private static final long BITS_PER_MEGABIT = 1_000_000;

  private InterfaceRate() {}

  /** Returns bits per second, or 0 when that is not known. */
  public static long bitsPerSecond(LinkInterface nif) {
    try {
      // The mounted sysfs may be that of another network namespace.
      if (read(nif, "ifindex") != nif.index()) {
        return 0;
      }
      return Math.max(0, read(nif, "speed")) * BITS_PER_MEGABIT;
    } catch (IOException | NumberFormatException e) {
      return 0; // a radio, or no Linux
    }
  }

  private static long read(LinkInterface nif, String attribute) throws IOException {
    return Long.parseLong(Files.readString(CLASS.resolve(nif.name()).resolve(attribute)).strip());
  }
}

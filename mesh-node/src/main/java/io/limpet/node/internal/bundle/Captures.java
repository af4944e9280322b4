package io.limpet.node.internal.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Looks at what a person wants in an archive before it is made. */
public final class Captures {
  private static final byte[] PCAPNG = {0x0A, 0x0D, 0x0D, 0x0A};

  private Captures() {}

  /** Says in one line why a file cannot be added as a capture, if so. */
  public static Optional<String> whatIsWrongWith(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (!Arrays.equals(in.readNBytes(PCAPNG.length), PCAPNG)) {
        return Optional.of(file + " is not a pcapng file: make one with 'limpet trace FILE'");
      }
      return Files.size(file) > Bundle.MOST_TRACE_BYTES
          ? Optional.of(
              file
                  + " is larger than "
                  + (Bundle.MOST_TRACE_BYTES >> 20)
                  + " MB: make a smaller one with 'limpet trace --megabytes'")
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(file + " cannot be read");
    }
  }

  /** Returns what this machine is called. */
  public static Optional<String> hostName() {
    try {
      return Optional.of(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

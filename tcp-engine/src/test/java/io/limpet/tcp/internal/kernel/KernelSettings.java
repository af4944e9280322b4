package io.limpet.tcp.internal.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Settings of the namespace's kernel for the time of one scenario. */
final class KernelSettings implements AutoCloseable {
  private final Map<Path, String> before = new LinkedHashMap<>();

  /** Makes settings, by file name under the kernel's IPv4 settings. */
  void apply(Map<String, String> settings) throws IOException {
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      Path file = Path.of("/proc/sys/net/ipv4", setting.getKey());
      before.put(file, read(file));
      Files.writeString(file, setting.getValue());
    }
  }

  /** Reads at once: of a setting the kernel gives what the first read asks for, and no more. */
  private static String read(Path file) throws IOException {
    byte[] value = new byte[256];
    try (InputStream in = Files.newInputStream(file)) {
      int count = in.read(value);
      return new String(value, 0, Math.max(count, 0), StandardCharsets.US_ASCII);
    }
  }

  @Override
  public void close() throws IOException {
    for (Map.Entry<Path, String> setting : before.entrySet()) {
      Files.writeString(setting.getKey(), setting.getValue());
    }
  }
}

package io.limpet.rig.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real avahi-daemon inside a namespace, with a message bus of its own: its {@code /run} is its
 * alone, so that it never meets the machine's.
 */
final class Avahi implements AutoCloseable {
  private static final String SCRIPT =
      "mount -t tmpfs tmpfs /run && mkdir -p /run/dbus /run/avahi-daemon"
          + " && chown avahi:avahi /run/avahi-daemon"
          + " && dbus-daemon --system --nopidfile --fork"
          + " && avahi-daemon --no-chroot --no-rlimits --daemonize"
          + " && echo up && while read -r command; do sh -c \"$command\"; echo end; done";

  private final Process process;
  private final java.io.BufferedReader out;

  Avahi(String namespace) throws IOException {
    process =
        new ProcessBuilder(
                Cable.inside(
                    namespace,
                    List.of(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "sh",
                        "-c",
                        SCRIPT)))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    out = process.inputReader(StandardCharsets.UTF_8);
    String first = out.readLine();
    if (!"up".equals(first)) {
      throw new IOException("avahi-daemon did not start: " + first);
    }
  }

  /** Returns what avahi's browser prints of a service type. */
  String browse(String type) throws IOException {
    return run("avahi-browse -rpt " + type);
  }

  /** Returns what a command prints that runs beside the daemon, on the same bus. */
  String run(String command) throws IOException {
    process.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    StringBuilder seen = new StringBuilder();
    for (String line = out.readLine(); line != null && !line.equals("end"); line = out.readLine()) {
      seen.append(line).append('\n');
    }
    return seen.toString();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

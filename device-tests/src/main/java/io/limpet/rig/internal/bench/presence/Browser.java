package io.limpet.rig.internal.bench.presence;

import io.limpet.rig.RigDevice;
import io.limpet.rig.RigProcess;
import io.limpet.rig.internal.bench.stand.BenchException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A laptop without Limpet: an avahi-daemon, and an {@code avahi-browse} that runs all the time. The
 * daemon has a message bus and a {@code /run} of its own, so that it never meets the machine's.
 * Safe for any thread.
 */
final class Browser implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);
  private static final String UP = "up";

  private static final String SCRIPT =
      "mount -t tmpfs tmpfs /run && mkdir -p /run/dbus /run/avahi-daemon"
          + " && chown avahi:avahi /run/avahi-daemon"
          + " && dbus-daemon --system --nopidfile --fork"
          + " && avahi-daemon --no-chroot --no-rlimits --daemonize"
          + (" && echo " + UP)
          + " && exec stdbuf -oL avahi-browse -rp _limpet._udp";

  private final List<Shown> shown = new CopyOnWriteArrayList<>();
  private final RigProcess process;

  private record Shown(String line, long atNs) {}

  private Browser(RigDevice device) {
    process =
        device
            .command(
                List.of(
                    "unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", SCRIPT))
            .onLine(line -> shown.add(new Shown(line, System.nanoTime())))
            .start();
  }

  /** Says whether there is an avahi on this machine. */
  static boolean isInstalled() {
    return Files.isExecutable(Path.of("/usr/sbin/avahi-daemon"))
        && Files.isExecutable(Path.of("/usr/bin/avahi-browse"));
  }

  static Browser start(RigDevice device) throws BenchException {
    Browser browser = new Browser(device);
    Wait.until("avahi-daemon runs", START, () -> browser.process.stdout().contains(UP));
    return browser;
  }

  /** Returns when a life of a node was first shown with all that it announces. */
  OptionalLong shownNs(String name, String address, long epoch) {
    List<String> parts =
        List.of(
            ";_limpet._udp;", "\"a=" + address + '"', "\"n=" + name + '"', "\"e=" + epoch + '"');
    return shown.stream()
        .filter(each -> each.line().startsWith("=;"))
        .filter(each -> parts.stream().allMatch(each.line()::contains))
        .mapToLong(Shown::atNs)
        .findFirst();
  }

  @Override
  public void close() {
    process.kill();
  }
}

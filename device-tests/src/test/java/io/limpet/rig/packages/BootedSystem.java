package io.limpet.rig.packages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A copy of this system, booted with systemd: it has namespaces of its own, and what is written in
 * it is forgotten. It has an interface {@code mesh0}.
 */
final class BootedSystem implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path GROUPS = Path.of("/sys/fs/cgroup");

  private final String group =
      "limpet-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 1000;
  private final Process process;

  /**
   * Boots it, and waits until that is done.
   *
   * @param folder an empty folder
   */
  BootedSystem(Path folder) throws IOException {
    String script;
    try (InputStream in = BootedSystem.class.getResourceAsStream("boot.sh")) {
      script = new String(in.readAllBytes(), UTF_8);
    }
    Path log = folder.resolveSibling(folder.getFileName() + ".log");
    process =
        new ProcessBuilder("sh", "-c", script, "boot.sh", group, folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().close();
    await("it has booted")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .failFast(
            "it ended", () -> assertThat(process.isAlive()).as(Files.readString(log)).isTrue())
        .until(() -> init().isPresent() && tell("systemctl", "is-system-running").exitCode() == 0);
  }

  /** Says whether this machine has what that takes. */
  static boolean isPossible() {
    return "root".equals(System.getProperty("user.name"))
        && Stream.of(
                "/lib/systemd/systemd",
                "/usr/bin/dbus-daemon",
                "/usr/bin/nsenter",
                "/usr/lib/pam.d/systemd-user")
            .allMatch(file -> Files.exists(Path.of(file)));
  }

  private Optional<ProcessHandle> init() {
    return process.children().findFirst();
  }

  /** Runs a command in there as root, to its end. */
  Shell.Ended tell(String... words) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("nsenter", "-t"));
    line.add(Long.toString(init().orElseThrow().pid()));
    line.addAll(List.of("-m", "-p", "-n", "-u", "-i", "-C"));
    line.addAll(List.of("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"));
    line.addAll(List.of(words));
    return Shell.run(Map.of(), line.toArray(String[]::new));
  }

  /** Runs a command line in there, which has to go well, and returns what it printed. */
  String run(String commandLine) throws IOException, InterruptedException {
    return tell("sh", "-ec", commandLine).ok();
  }

  /** Copies a file into it, and returns where it is in there. */
  Path copied(Path file) throws IOException {
    Path there = Path.of("/opt").resolve(file.getFileName());
    Files.copy(file, seen(there.toString()));
    return there;
  }

  /** Returns the path by which a file in there, below no symbolic link, is seen from here. */
  Path seen(String path) {
    return Path.of("/proc/" + init().orElseThrow().pid() + "/root" + path);
  }

  @Override
  public void close() throws IOException {
    init().ifPresent(ProcessHandle::destroyForcibly);
    await("it is off").atMost(PATIENCE).until(() -> !process.isAlive());
    for (Path tree : trees()) {
      await(tree + " is empty").atMost(PATIENCE).until(() -> removed(tree.resolve(group)));
    }
  }

  private static List<Path> trees() throws IOException {
    try (Stream<Path> trees = Files.list(GROUPS)) {
      return Stream.concat(Stream.of(GROUPS), trees.filter(Files::isDirectory)).toList();
    }
  }

  /** A control group goes when what was in it has ended, and that takes its time. */
  private static boolean removed(Path group) {
    if (!Files.exists(group)) {
      return true;
    }
    try (Stream<Path> folders = Files.walk(group)) {
      for (Path folder :
          folders.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(folder);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

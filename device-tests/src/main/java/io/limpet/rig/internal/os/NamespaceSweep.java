package io.limpet.rig.internal.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes namespaces with all that runs in them. */
public final class NamespaceSweep {
  private static final Logger LOG = LoggerFactory.getLogger(NamespaceSweep.class);
  private static final Path FOLDER = Path.of("/run/netns");

  private static final long KILL_SECONDS = 5;

  private NamespaceSweep() {}

  /** Removes every rig's namespace whose owner is dead; returns their names. */
  public static List<String> removeOrphans() {
    List<String> orphans =
        names().stream()
            .filter(name -> Owner.of(name).map(owner -> !owner.isAlive()).orElse(false))
            .toList();
    for (String name : orphans) {
      LOG.info("removing {}, whose owner is dead", name);
      remove(name);
    }
    return orphans;
  }

  /**
   * Kills every process in a namespace and removes it, with its interfaces; does nothing if there
   * is none.
   */
  public static void remove(String name) {
    // Killed processes may have left children behind that were not in the list; a few rounds catch
    // them.
    for (int round = 0; round < 3; round++) {
      List<Long> pids = processesIn(name);
      pids.forEach(NamespaceSweep::kill);
      if (pids.isEmpty()) {
        break;
      }
    }
    Commands.Result deleted = Commands.attempt(List.of("ip", "netns", "del", name), "");
    if (deleted.exitCode() != 0 && Files.exists(FOLDER.resolve(name))) {
      LOG.warn("namespace {} stays: {}", name, deleted.output().strip());
    }
  }

  /** The processes whose first thread is in a namespace, without this process. */
  public static List<Long> processesIn(String name) {
    Commands.Result result = Commands.attempt(List.of("ip", "netns", "pids", name), "");
    if (result.exitCode() != 0) {
      return List.of();
    }
    long self = ProcessHandle.current().pid();
    return result.output().lines().map(Long::parseLong).filter(pid -> pid != self).toList();
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid)
        .ifPresent(
            process -> {
              process.destroyForcibly();
              process.onExit().completeOnTimeout(process, KILL_SECONDS, TimeUnit.SECONDS).join();
            });
  }

  private static List<String> names() {
    if (!Files.isDirectory(FOLDER)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(FOLDER)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

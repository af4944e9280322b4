package io.limpet.rig.internal.kernel;

import io.limpet.rig.RigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts the processes inside devices, all from one thread that lives as long as they may: the
 * kernel is asked to kill each when the thread that started it dies, and so they end with the rig,
 * however it ends.
 */
final class Spawner implements AutoCloseable {
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread worker = new Thread(task, "limpet-rig-spawner");
            worker.setDaemon(true);
            return worker;
          });
  private final Set<KernelProcess> processes = ConcurrentHashMap.newKeySet();

  KernelProcess start(String namespace, KernelCommand command) {
    List<String> line = new ArrayList<>();
    if (Files.isExecutable(SETPRIV)) {
      line.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL", "--"));
    }
    line.addAll(List.of("ip", "netns", "exec", namespace));
    line.addAll(command.words());
    ProcessBuilder builder = new ProcessBuilder(line);
    command.prepare(builder);
    try {
      KernelProcess process = thread.submit(() -> command.observe(builder.start())).get();
      processes.removeIf(known -> !known.isAlive());
      processes.add(process);
      return process;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RigException("interrupted while starting " + command.words(), e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw new RigException("cannot start " + line + ": " + cause.getMessage(), cause);
      }
      throw new RigException("cannot start " + line, e);
    }
  }

  @Override
  public void close() {
    processes.forEach(KernelProcess::kill);
    thread.shutdown();
  }
}

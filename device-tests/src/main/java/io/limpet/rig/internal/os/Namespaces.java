package io.limpet.rig.internal.os;

import io.limpet.rig.RigException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Does short things inside network namespaces, on one thread of its own that goes there and comes
 * back: what is opened there stays there and can be used by any thread afterwards. Nothing that
 * starts threads may be done in it: they would be born in the namespace.
 */
public final class Namespaces implements AutoCloseable {
  private static final long CALL_TIMEOUT_SECONDS = 10;
  private static final String FOLDER = "/run/netns/";

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread worker = new Thread(task, "limpet-rig-namespaces");
            worker.setDaemon(true);
            return worker;
          });

  /** Where a named namespace is. */
  public static String path(String name) {
    return FOLDER + name;
  }

  /** Does something inside a namespace and returns its result. */
  public <T> T inside(String name, Callable<T> action) {
    try {
      return thread.submit(() -> visit(name, action)).get(CALL_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RigException("interrupted", e);
    } catch (ExecutionException e) {
      throw new RigException("failed in namespace " + name + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new RigException("no answer from namespace " + name, e);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }

  private static <T> T visit(String name, Callable<T> action) throws Exception {
    int home = LibC.open("/proc/thread-self/ns/net", LibC.O_RDONLY | LibC.O_CLOEXEC);
    try {
      int there = LibC.open(path(name), LibC.O_RDONLY | LibC.O_CLOEXEC);
      try {
        LibC.setns(there, LibC.CLONE_NEWNET);
      } finally {
        LibC.close(there);
      }
      try {
        return action.call();
      } finally {
        LibC.setns(home, LibC.CLONE_NEWNET);
      }
    } finally {
      LibC.close(home);
    }
  }
}

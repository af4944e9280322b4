package io.limpet.rig.internal.kernel;

import io.limpet.rig.RigException;
import io.limpet.rig.RigProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process in a namespace, its output collected. */
final class KernelProcess implements RigProcess {
  private static final Logger LOG = LoggerFactory.getLogger(KernelProcess.class);

  private final Process process;
  private final OutputCollector stdout;
  private final OutputCollector stderr;

  KernelProcess(Process process, String name, Consumer<String> listener) {
    this.process = process;
    String label = name + "-" + process.pid();
    stdout = OutputCollector.start(process.getInputStream(), label + "-stdout", listener);
    stderr = OutputCollector.start(process.getErrorStream(), label + "-stderr", line -> {});
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public OptionalInt exitCode() {
    return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
  }

  @Override
  public String stdout() {
    return stdout.text();
  }

  @Override
  public String stderr() {
    return stderr.text();
  }

  @Override
  public OutputStream stdin() {
    return process.getOutputStream();
  }

  @Override
  public int waitFor(Duration timeout) {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    try {
      if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new RigException("process " + pid() + " has not ended within " + timeout);
      }
      stdout.awaitEnd(deadlineNs);
      stderr.awaitEnd(deadlineNs);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RigException("interrupted while waiting for process " + pid(), e);
    }
  }

  @Override
  public void terminate() {
    process.destroy();
  }

  @Override
  public void kill() {
    // The process first: one that saw its children die could still do something about it, end with
    // an exit code of its own for instance.
    List<ProcessHandle> descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.trace("the lifeline of a dead process", e);
    }
  }
}

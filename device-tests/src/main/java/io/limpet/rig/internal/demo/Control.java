package io.limpet.rig.internal.demo;

import io.limpet.rig.MediumKind;
import io.limpet.rig.Rig;
import io.limpet.rig.RigDevice;
import io.limpet.rig.TcpProbe;
import io.limpet.rig.TcpSink;
import io.limpet.rig.internal.laptop.LaptopException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The control of the experiment: the kernel's own TCP, in the same place at the same moment.
 * Without kernels it measures nothing, and says so.
 */
final class Control {
  private static final String NO_KERNELS = "not measured: there are no kernels on this medium";
  private static final long LONGEST_SECONDS = 60;

  private final boolean kernels;

  Control(Rig rig) {
    this.kernels = rig.kind() != MediumKind.IN_PROCESS;
  }

  /** Says whether the laptops have kernels. */
  boolean hasKernels() {
    return kernels;
  }

  /** Begins an attempt to connect to a listener that is there until the attempt is over. */
  CompletableFuture<Optional<TcpProbe>> begin(RigDevice from, RigDevice to, Duration atMost) {
    if (!kernels) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return CompletableFuture.supplyAsync(
        () -> {
          try (TcpSink listener = to.listenTcp(0)) {
            return Optional.of(from.kernelTcpProbe(to, listener.port(), atMost));
          }
        });
  }

  /** Waits for what was begun. */
  static <T> T result(CompletableFuture<T> begun) throws LaptopException {
    try {
      return begun.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new LaptopException("the control could not be made: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaptopException("interrupted", e);
    }
  }

  /** Says in words what became of an attempt. */
  static String words(Optional<TcpProbe> probe) {
    return probe.map(Control::words).orElse(NO_KERNELS);
  }

  /** Says in words what became of an attempt. */
  static String words(TcpProbe probe) {
    String time = Story.ms(probe.elapsed().toNanos() / 1e6);
    return switch (probe.outcome()) {
      case CONNECTED -> "connected in " + time;
      case REFUSED -> "failed: refused after " + time;
      case UNREACHABLE -> "failed: no route after " + time;
      case TIMED_OUT -> "failed: no connection in " + time;
    };
  }
}

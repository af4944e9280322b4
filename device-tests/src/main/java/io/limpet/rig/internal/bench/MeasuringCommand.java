package io.limpet.rig.internal.bench;

import io.limpet.node.NodeException;
import io.limpet.rig.MediumKind;
import io.limpet.rig.RigException;
import io.limpet.rig.RigLauncher;
import io.limpet.rig.internal.bench.report.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the benchmarks' commands have in common: how they say what was asked wrongly. */
abstract class MeasuringCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  /** Returns the command as it was given. */
  final CommandSpec here() {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    return spec;
  }

  /** Refuses the command with this reason unless the condition holds. */
  final void require(boolean ok, String otherwise) {
    if (!ok) {
      throw new ParameterException(here().commandLine(), otherwise);
    }
  }

  /** Returns what a name stands for; one that stands for nothing is refused. */
  final <T> T named(Function<String, T> byName, String name) {
    try {
      return byName.apply(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(here().commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** What is measured and reported, in the folder for results if there is one. */
  @FunctionalInterface
  interface Measurement {
    void run(Machine machine, Instant began, String command) throws IOException;
  }

  /**
   * Measures where devices can have kernels of their own, and says what prevents it in one line.
   */
  final Integer measure(@Nullable Path out, Measurement measurement)
      throws NodeException, IOException {
    requireNamespaces();
    Instant began = Instant.now();
    Machine machine = Machine.here();
    if (out != null) {
      Files.createDirectories(out);
    }
    try {
      measurement.run(machine, began, CommandWords.of(here()));
    } catch (RigException e) {
      throw new NodeException("the benchmark could not be run: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new NodeException(out + " cannot be written: " + e.getMessage(), e);
    }
    return 0;
  }

  /** Goes on only where devices can have kernels of their own. */
  private static void requireNamespaces() throws NodeException {
    RigLauncher.Choice choice = RigLauncher.choose();
    if (choice.kind() == MediumKind.IN_PROCESS) {
      throw new NodeException("the benchmark needs network namespaces: " + choice.reason());
    }
  }
}

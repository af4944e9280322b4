package io.limpet.rig.internal.bench;

import io.limpet.node.NodeException;
import io.limpet.rig.MediumKind;
import io.limpet.rig.RigLauncher;
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

  /** Goes on only where devices can have kernels of their own. */
  static void requireNamespaces() throws NodeException {
    RigLauncher.Choice choice = RigLauncher.choose();
    if (choice.kind() == MediumKind.IN_PROCESS) {
      throw new NodeException("the benchmark needs network namespaces: " + choice.reason());
    }
  }
}

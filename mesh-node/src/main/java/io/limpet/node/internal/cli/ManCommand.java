package io.limpet.node.internal.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "man", description = "Print the manual page: read it by 'limpet man | man -l -'.")
final class ManCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    spec.commandLine().getOut().print(ManPage.of(spec.root().commandLine()));
    spec.commandLine().getOut().flush();
    return Limpet.OK;
  }
}

package io.limpet.node.internal.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description =
        "Print what makes a shell complete these commands: 'source <(limpet completion bash)'.")
final class CompletionCommand implements Callable<Integer> {
  /** Shells that are known. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "bash|zsh", description = "The shell.")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    var out = spec.commandLine().getOut();
    if (shell == Shell.zsh) {
      // The script is one of bash, which zsh runs by its own adapter; that needs its completion on.
      out.println("autoload -Uz compinit && compinit -u");
      // The adapter lacks it, and would say so at each word.
      out.println("whence compopt > /dev/null || compopt() { : }");
    }
    out.print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
    out.flush();
    return Limpet.OK;
  }
}

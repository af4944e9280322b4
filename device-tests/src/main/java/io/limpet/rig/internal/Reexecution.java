package io.limpet.rig.internal;

import io.limpet.node.internal.runtime.OwnCommandLine;
import io.limpet.rig.MediumKind;
import io.limpet.rig.RigLauncher;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** This very command line, run again where kernels can be had. */
public final class Reexecution {
  /** Tells a process that it was started again where kernels can be had, and by which. */
  private static final String BY = "LIMPET_RIG_REEXEC";

  private Reexecution() {}

  /**
   * The beginning of a command line that would give this process a better medium; empty when it has
   * the one that is wanted, or cannot have it.
   */
  public static Optional<List<String>> worthwhile(Optional<MediumKind> wanted) {
    boolean enough =
        wanted.filter(kind -> kind == MediumKind.IN_PROCESS).isPresent()
            || RigLauncher.choose().kind() != MediumKind.IN_PROCESS
            || System.getenv(BY) != null;
    return enough ? Optional.empty() : RigLauncher.reexecCommand();
  }

  /** The process that started this one again, as that process itself is numbered. */
  public static OptionalLong startedBy() {
    String by = System.getenv(BY);
    return by == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(by));
  }

  /**
   * Runs it to its end, which comes with the end of this process at the latest.
   *
   * @param environment added to this process's own
   */
  public static int run(List<String> prefix, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(OwnCommandLine.words());
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put(BY, Long.toString(ProcessHandle.current().pid()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "limpet-reexecution"));
    return process.waitFor();
  }
}

package io.limpet.rig.internal.demo;

import io.limpet.rig.MediumKind;
import io.limpet.rig.RigLauncher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** This very command line, run again where kernels can be had. */
final class Reexecution {
  /** Tells a process that it was started again where kernels can be had. */
  private static final String AGAIN = "LIMPET_RIG_REEXEC";

  /** Not {@link ProcessHandle.Info#arguments}, which is empty when there are many. */
  private static final Path OWN_COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Reexecution() {}

  /**
   * The beginning of a command line that would give this process a better medium; empty when it has
   * the one that is wanted, or cannot have it.
   */
  static Optional<List<String>> worthwhile(Optional<MediumKind> wanted) {
    boolean enough =
        wanted.filter(kind -> kind == MediumKind.IN_PROCESS).isPresent()
            || RigLauncher.choose().kind() != MediumKind.IN_PROCESS
            || System.getenv(AGAIN) != null;
    return enough ? Optional.empty() : RigLauncher.reexecCommand();
  }

  /** Runs it to its end, which comes with the end of this process at the latest. */
  static int run(List<String> prefix) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    List<String> own =
        List.of(Files.readString(OWN_COMMAND_LINE, StandardCharsets.UTF_8).split("\0", -1));
    // Every argument is ended by a NUL, so an empty one seems to follow the last.
    command.addAll(own.subList(1, own.size() - 1));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put(AGAIN, "1");
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "limpet-reexecution"));
    return process.waitFor();
  }
}

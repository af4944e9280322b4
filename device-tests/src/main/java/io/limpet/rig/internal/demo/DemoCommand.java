package io.limpet.rig.internal.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.MediumKind;
import io.limpet.rig.RigException;
import io.limpet.rig.RigLauncher;
import io.limpet.rig.internal.laptop.LaptopException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code limpet demo}. */
@Command(
    name = "demo",
    description =
        "Three laptops, a black hole, its healing and a stale neighbour: live, with the kernel's"
            + " own TCP beside Limpet as control.")
public final class DemoCommand implements Callable<Integer> {
  /** Tells a process that it was started again where kernels can be had. */
  private static final String AGAIN = "LIMPET_RIG_REEXEC";

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object instead of the story.")
  private boolean json;

  @Option(names = "--seed", paramLabel = "N", description = "Fix all chance in the air.")
  private @Nullable Long seed;

  @Option(
      names = "--no-privileges",
      description = "Let the nodes repair as an ordinary user would.")
  private boolean noPrivileges;

  @Override
  public Integer call() throws NodeException, IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    Optional<List<String>> better =
        RigLauncher.choose().kind() == MediumKind.TAP || System.getenv(AGAIN) != null
            ? Optional.empty()
            : RigLauncher.reexecCommand();
    if (better.isPresent()) {
      return again(better.get());
    }
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Files.createTempDirectory("limpet-demo-");
    DemoResult result;
    try {
      result =
          new Demo(
                  new Story(out, json),
                  folder,
                  seed == null ? OptionalLong.empty() : OptionalLong.of(seed),
                  !noPrivileges)
              .play();
    } catch (LaptopException | RigException e) {
      throw new NodeException(
          "the demo could not be played to its end: "
              + e.getMessage()
              + " (journals in "
              + folder
              + ")",
          e);
    }
    if (json) {
      out.println(print(result));
    } else {
      new DemoTable(result).print(out);
    }
    for (String failure : result.failures()) {
      spec.commandLine().getErr().println("limpet: " + failure);
    }
    return result.failures().isEmpty() ? 0 : 1;
  }

  private static String print(DemoResult result) throws JsonProcessingException {
    return ControlJson.MAPPER.writeValueAsString(result);
  }

  private static int again(List<String> prefix) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    ProcessHandle.Info self = ProcessHandle.current().info();
    command.add(self.command().orElse("java"));
    command.addAll(List.of(self.arguments().orElse(new String[0])));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put(AGAIN, "1");
    Process process = builder.start();
    return process.waitFor();
  }
}

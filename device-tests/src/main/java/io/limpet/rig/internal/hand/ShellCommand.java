package io.limpet.rig.internal.hand;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code limpet rig shell}. */
@Command(
    name = "shell",
    description = "Sit down at a laptop of the rig: a shell there, or one command.",
    footer = "%nThere 'limpet' is this limpet, and a node is called as the laptop is.")
final class ShellCommand implements Callable<Integer> {
  @ParentCommand private @Nullable RigCommand rig;

  @Parameters(index = "0", paramLabel = "NAME", description = "The laptop.")
  private String name = "";

  @Parameters(
      index = "1..*",
      paramLabel = "COMMAND",
      description = "What to run instead of a shell; put -- before it.")
  private List<String> command = List.of();

  @Override
  public Integer call() throws ControlException, NodeException, IOException, InterruptedException {
    if (rig == null) {
      throw new IllegalStateException("not run by the command line");
    }
    RigFolder folder = rig.folder();
    JsonNode laptop = folder.ask("laptop", Map.of("name", name));
    List<String> words = new ArrayList<>(entry(laptop.path("within").asLong(), folder.desk(name)));
    words.addAll(List.of("ip", "netns", "exec", laptop.path("namespace").asText()));
    words.addAll(
        command.isEmpty() ? List.of("bash", "--rcfile", prompt(folder).toString()) : command);
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(folder.desk(name).toFile()).inheritIO();
    Map<String, String> environment = builder.environment();
    environment.put(RigFolder.VARIABLE, folder.path().toString());
    environment.put("LIMPET_HOME", folder.home(name).toString());
    environment.put("LIMPET_NAME", name);
    environment.remove("LIMPET_CONFIG");
    String launcher = System.getProperty("limpet.root");
    if (launcher != null) {
      environment.merge(
          "PATH",
          Path.of(launcher, "bin").toString(),
          (all, own) -> own + File.pathSeparator + all);
    }
    return builder.start().waitFor();
  }

  /**
   * Returns the way to where the rig's namespaces are known by name.
   *
   * @param within the process that made that place, 0 if it is here
   */
  private static List<String> entry(long within, Path desk) throws NodeException {
    if (within == 0) {
      return List.of();
    }
    // Below it unshare waits for the first process of the place itself.
    long first =
        ProcessHandle.of(within).stream()
            .flatMap(ProcessHandle::children)
            .flatMap(ProcessHandle::children)
            .mapToLong(ProcessHandle::pid)
            .findFirst()
            .orElseThrow(() -> new NodeException("the rig is not there any more"));
    return List.of(
        "nsenter",
        "--target=" + first,
        "--user",
        "--preserve-credentials",
        "--mount",
        "--pid",
        "--net",
        "--wd=" + desk,
        "--");
  }

  /** Whoever sits at three laptops wants to see at which. */
  private Path prompt(RigFolder folder) throws IOException {
    Path file = folder.desk(name).resolve(".bashrc");
    Files.writeString(
        file,
        "own_path=$PATH\n"
            + "[ ! -f ~/.bashrc ] || . ~/.bashrc\n"
            + "PATH=$own_path PS1='"
            + name
            + "$ '\n");
    return file;
  }
}

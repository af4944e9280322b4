package io.limpet.rig.internal.hand;

import io.limpet.node.internal.cli.Limpet;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code limpet rig}. */
@Command(
    name = "rig",
    description = "Laptops on this machine to walk between, and a radio to break.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UpCommand.class,
      ShellCommand.class,
      BlackHoleCommand.class,
      HealCommand.class,
      DownCommand.class
    },
    footer = {"%nBegin with 'limpet rig up'; then 'limpet rig shell oak' in another terminal."})
public final class RigCommand {
  @ParentCommand private @Nullable Limpet limpet;

  /** Returns the folder of the rig that this command line is about. */
  RigFolder folder() {
    if (limpet == null) {
      throw new IllegalStateException("not run by the command line");
    }
    String named = System.getenv(RigFolder.VARIABLE);
    return new RigFolder(
        named == null || named.isEmpty() ? limpet.home().resolve("rig") : Path.of(named));
  }
}

package io.limpet.rig.internal.hand;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.NodeException;
import io.limpet.node.internal.cli.Limpet;
import io.limpet.node.internal.control.ControlArgs;
import io.limpet.node.internal.control.ControlCommands;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.ControlServer;
import io.limpet.rig.LinkSettings;
import io.limpet.rig.MediumKind;
import io.limpet.rig.Rig;
import io.limpet.rig.RigBuilder;
import io.limpet.rig.RigDevice;
import io.limpet.rig.RigException;
import io.limpet.rig.RigLauncher;
import io.limpet.rig.internal.Reexecution;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code limpet rig up}. */
@Command(
    name = "up",
    description = "Bring up laptops in radio reach of each other, until Ctrl-C or 'rig down'.",
    footer = "%nWhat an earlier rig left on its laptops is gone then.")
final class UpCommand implements Callable<Integer> {
  /** What a room full of Wi-Fi is like on a good day: 50 Mbit/s, 2 ms one way. */
  private static final LinkSettings RADIO =
      LinkSettings.plain().withRate(50_000_000).withDelay(Duration.ofMillis(2));

  @ParentCommand private @Nullable RigCommand rigCommand;
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "What the laptops are called (default: oak elm).")
  private List<String> names = List.of("oak", "elm");

  private final CountDownLatch down = new CountDownLatch(1);

  @Override
  public Integer call() throws NodeException, IOException, InterruptedException {
    if (rigCommand == null || spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    RigBuilder builder = Rig.builder().link(RADIO);
    try {
      builder.devices(names);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    RigFolder folder = rigCommand.folder();
    Optional<List<String>> better = Reexecution.worthwhile(Optional.empty());
    if (better.isPresent()) {
      // There this user is called root, who would look for the folder at another place.
      return Reexecution.run(better.get(), Map.of(RigFolder.VARIABLE, folder.path().toString()));
    }
    RigLauncher.Choice choice = RigLauncher.choose();
    if (choice.kind() == MediumKind.IN_PROCESS) {
      throw new NodeException("laptops to walk between need kernels, and " + choice.reason());
    }
    folder.take(names);
    try (Rig rig = builder.start();
        ControlServer server = ControlServer.start(folder.path(), commands(rig))) {
      tell(spec.commandLine().getOut(), rig);
      down.await();
      assert server != null;
    } catch (RigException e) {
      throw new NodeException("the rig could not be brought up: " + e.getMessage(), e);
    }
    return Limpet.OK;
  }

  private void tell(PrintWriter out, Rig rig) {
    out.println(
        names.size()
            + (names.size() == 1 ? " laptop is up" : " laptops are up, in reach of each other")
            + ". In a terminal for each:");
    for (RigDevice device : rig.devices()) {
      out.println("  limpet rig shell " + device.name());
    }
    out.println("Ctrl-C here, or 'limpet rig down', ends all that runs on them.");
  }

  private ControlCommands commands(Rig rig) {
    ControlCommands commands = new ControlCommands();
    commands.add(
        "laptop",
        (args, reply) ->
            reply.result(
                Map.of(
                    "namespace",
                    device(rig, args, "name").namespace(),
                    "within",
                    Reexecution.startedBy().orElse(0))));
    commands.add(
        "black-hole",
        (args, reply) -> {
          rig.blackHole(device(rig, args, "one"), device(rig, args, "other"));
          reply.result(Map.of());
        });
    commands.add(
        "heal",
        (args, reply) -> {
          rig.healAll();
          reply.result(Map.of());
        });
    commands.add(
        "down",
        (args, reply) -> {
          long pid = Reexecution.startedBy().orElse(ProcessHandle.current().pid());
          reply.result(Map.of("pid", pid));
          down.countDown();
        });
    return commands;
  }

  private static RigDevice device(Rig rig, JsonNode args, String role) throws ControlException {
    String name = ControlArgs.required(args, role);
    for (RigDevice device : rig.devices()) {
      if (device.name().equals(name)) {
        return device;
      }
    }
    throw new ControlException(
        "no laptop is called '"
            + name
            + "': there are "
            + String.join(", ", rig.devices().stream().map(RigDevice::name).toList()),
        Limpet.WRONG_USAGE);
  }
}

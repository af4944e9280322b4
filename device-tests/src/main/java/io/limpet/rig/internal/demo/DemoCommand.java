package io.limpet.rig.internal.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.limpet.node.NodeException;
import io.limpet.node.internal.control.ControlJson;
import io.limpet.rig.MediumKind;
import io.limpet.rig.RigException;
import io.limpet.rig.internal.Reexecution;
import io.limpet.rig.internal.laptop.LaptopException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code limpet demo}. */
@Command(
    name = "demo",
    description =
        "Three laptops, a black hole, its healing and a stale neighbour: live, with the kernel's"
            + " own TCP beside Limpet as control.")
public final class DemoCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--json", description = "Print one JSON object instead of the story.")
  private boolean json;

  @Option(names = "--seed", paramLabel = "N", description = "Fix all chance in the air.")
  private @Nullable Long seed;

  @Option(
      names = "--no-privileges",
      description = "Let the nodes repair as an ordinary user would.")
  private boolean noPrivileges;

  @Option(
      names = "--medium",
      paramLabel = "KIND",
      converter = MediumConverter.class,
      description = "What plays the radio: tap, veth or in-process (default: the best that works).")
  private @Nullable MediumKind medium;

  /** Reads a kind as the command line writes it. */
  static final class MediumConverter implements ITypeConverter<MediumKind> {
    @Override
    public MediumKind convert(String text) {
      return switch (text) {
        case "tap" -> MediumKind.TAP;
        case "veth" -> MediumKind.VETH;
        case "in-process" -> MediumKind.IN_PROCESS;
        default ->
            throw new TypeConversionException(
                "'" + text + "' is not a medium: write tap, veth or in-process");
      };
    }
  }

  @Override
  public Integer call() throws NodeException, IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("not run by the command line");
    }
    Optional<MediumKind> wanted = Optional.ofNullable(medium);
    Optional<List<String>> better = Reexecution.worthwhile(wanted);
    if (better.isPresent()) {
      return Reexecution.run(better.get(), Map.of());
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
                  !noPrivileges,
                  wanted)
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
}

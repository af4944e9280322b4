package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "send",
    description = {
      "Send files to somebody who runs 'limpet receive'. Whatever is interrupted",
      "goes on from where it was; given again, too."
    })
final class SendCommand extends FileCommand {
  @Parameters(index = "0", paramLabel = "PEER", description = "To whom.")
  private String peer = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "One after the other; a folder has to be packed first.")
  private List<Path> files = List.of();

  @Option(
      names = "--give-up",
      paramLabel = "DURATION",
      description = "Fail after so long without progress (default: never).")
  private @Nullable Duration giveUp;

  @Override
  String command() {
    return "send";
  }

  @Override
  Map<String, Object> args() {
    Map<String, Object> args = new HashMap<>();
    args.put("peer", peer);
    args.put("files", files.stream().map(f -> f.toAbsolutePath().normalize().toString()).toList());
    if (giveUp != null) {
      args.put("giveUpMs", giveUp.toMillis());
    }
    return args;
  }

  /** Whoever was named is that key from now on, also when the node is another. */
  @Override
  void note(JsonNode event) {
    String address = event.path("peer").asText("");
    if (!address.isEmpty()) {
      peer = address;
    }
  }
}

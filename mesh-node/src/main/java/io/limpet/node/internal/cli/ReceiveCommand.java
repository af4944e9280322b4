package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "receive",
    description = "Take files that people send, until interrupted. No file is ever replaced.")
final class ReceiveCommand extends FileCommand {
  private static final long MEGABYTE = 1_000_000;

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description = "The folder for them (default: this one).")
  private Path into = Path.of("");

  @Option(
      names = "--from",
      paramLabel = "WHO",
      split = ",",
      description =
          "Who may send: everyone, known, verified, or a PEER; may be given again (default: known,"
              + " whom you have invited, accepted from, or verified).")
  private List<String> from = List.of();

  @Option(names = "--count", paramLabel = "N", description = "Stop after so many files.")
  private @Nullable Long count;

  @Option(
      names = "--max-megabytes",
      paramLabel = "N",
      description = "Refuse larger files (default: what there is room for).")
  private @Nullable Long maxMegabytes;

  private boolean begun;

  @Override
  String command() {
    return "receive";
  }

  @Override
  Map<String, Object> args() {
    Map<String, Object> args = new HashMap<>();
    args.put("into", into.toAbsolutePath().normalize().toString());
    args.put("from", from);
    if (count != null) {
      args.put("count", count);
    }
    if (maxMegabytes != null) {
      args.put("maxBytes", maxMegabytes * MEGABYTE);
    }
    return args;
  }

  /** Whoever was named is that key from now on, also when the node is another. */
  @Override
  void note(JsonNode event) {
    JsonNode receiving = event.path("receiving").path("from");
    if (!receiving.isEmpty()) {
      List<String> pinned = new ArrayList<>();
      receiving.forEach(who -> pinned.add(who.asText()));
      from = pinned;
    } else if (event.path("change").asText().equals("received") && count != null) {
      count--;
    }
  }

  @Override
  String text(JsonNode event) {
    JsonNode receiving = event.path("receiving");
    if (receiving.isMissingNode()) {
      return lines().text(event);
    }
    if (begun) {
      return lines().line("the node runs again");
    }
    begun = true;
    return lines()
        .line(
            "taking files into "
                + field(receiving, "into")
                + " until interrupted (Ctrl-C); who may send: "
                + field(receiving, "whoMay"));
  }
}

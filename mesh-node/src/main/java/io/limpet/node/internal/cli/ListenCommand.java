package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.JsonTrees;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "listen",
    description = "Print what is said in an activity, line by line, until interrupted.")
final class ListenCommand extends ClientCommand {
  @Parameters(
      paramLabel = "ID",
      description = "The activity: its title, or the end of its identifier.")
  private String id = "";

  @Option(names = "--history", description = "Begin with what was said before.")
  private boolean history;

  @Option(names = "--count", paramLabel = "N", description = "Stop after so many new lines.")
  private @Nullable Long count;

  @Override
  public Integer call() throws ControlException {
    ask(client());
    return Limpet.OK;
  }

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    Map<String, Object> args = new HashMap<>();
    args.put("id", id);
    args.put("history", history);
    if (count != null) {
      args.put("count", count);
    }
    return client.call("listen", args, this::print);
  }

  private void print(JsonNode line) {
    if (!line.isEmpty()) {
      out().println(isJson() ? JsonTrees.write(line) : text(line));
    }
  }

  @Override
  String text(JsonNode line) {
    return field(line, "fromName") + ": " + field(line, "text");
  }
}

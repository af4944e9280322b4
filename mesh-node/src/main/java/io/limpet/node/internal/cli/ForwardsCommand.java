package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "forwards",
    description = "What is exposed, forwarded and open for SOCKS on this node, or end one of them.")
final class ForwardsCommand extends ClientCommand {
  @Option(names = "--end", paramLabel = "N", description = "End number N, and all its streams.")
  private @Nullable Integer end;

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return end == null
        ? client.call("forwards", none())
        : client.call("forwards.end", Map.of("number", end));
  }

  @Override
  String text(JsonNode answer) {
    if (end != null) {
      return "ended: " + end;
    }
    if (answer.isEmpty()) {
      return "nothing is open: see 'limpet expose', 'forward' and 'socks'";
    }
    TextTable table = new TextTable("n", "what", "at", "to", "who may", "open", "total", "refused");
    for (JsonNode port : answer) {
      table.row(
          field(port, "number"),
          field(port, "way"),
          Terminal.shorten(field(port, "at"), 22),
          Terminal.shorten(field(port, "to"), 18),
          Terminal.shorten(field(port, "allowed"), 14),
          field(port, "open"),
          field(port, "total"),
          field(port, "refused"));
    }
    return table.toString();
  }
}

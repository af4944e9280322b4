package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "remove", description = "Remove somebody from an activity of this node's.")
final class RemoveCommand extends ClientCommand {
  @Parameters(paramLabel = "PEER", description = "A name, NAME#SHORTFORM, or an address.")
  private String peer = "";

  @Option(
      names = "--activity",
      required = true,
      paramLabel = "ID",
      description = "The activity, or the end of its identifier.")
  private String activity = "";

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("remove", Map.of("peer", peer, "activity", activity));
  }

  @Override
  String text(JsonNode result) {
    return "removed: " + peer + " from " + field(result, "title");
  }
}

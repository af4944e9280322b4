package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "accept", description = "Accept an invitation, and join its activity.")
final class AcceptCommand extends ClientCommand {
  @Parameters(
      paramLabel = "ID",
      description = "The invitation: its title, or the end of its identifier.")
  private String id = "";

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("accept", Map.of("id", id));
  }

  @Override
  String text(JsonNode invitation) {
    return "accepted: " + field(invitation, "title") + " of " + field(invitation, "fromName");
  }
}

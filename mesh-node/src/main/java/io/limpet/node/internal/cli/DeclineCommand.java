package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "decline", description = "Decline an invitation.")
final class DeclineCommand extends ClientCommand {
  @Parameters(
      paramLabel = "ID",
      description = "The invitation: its title, or the end of its identifier.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "WORD", description = "A word for who invited you.")
  private String reason = "";

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("decline", Map.of("id", id, "reason", reason));
  }

  @Override
  String text(JsonNode invitation) {
    return "declined: " + field(invitation, "title") + " of " + field(invitation, "fromName");
  }
}

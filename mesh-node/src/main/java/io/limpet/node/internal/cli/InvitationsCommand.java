package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import picocli.CommandLine.Command;

@Command(name = "invitations", description = "Invitations, yours and those to you.")
final class InvitationsCommand extends ClientCommand {
  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("invitations", none());
  }

  @Override
  String text(JsonNode invitations) {
    if (invitations.isEmpty()) {
      return "no invitations";
    }
    TextTable table = new TextTable("invitation", "from", "to", "type", "title", "state");
    for (JsonNode i : invitations) {
      table.row(
          shortId(field(i, "id")),
          field(i, "fromName"),
          field(i, "toName"),
          field(i, "type"),
          field(i, "title"),
          field(i, "state"));
    }
    return table.toString();
  }
}

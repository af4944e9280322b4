package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import picocli.CommandLine.Command;

@Command(name = "peers", description = "Who is here, and how each is reached.")
final class PeersCommand extends ClientCommand {
  private static final int NAME_COLUMNS = 20;

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("peers", none());
  }

  @Override
  String text(JsonNode peers) {
    if (peers.isEmpty()) {
      return "nobody has been heard yet";
    }
    TextTable table = new TextTable("name", "state", "path", "verdict", "address");
    for (JsonNode p : peers) {
      table.row(
          Terminal.shorten(field(p, "name"), NAME_COLUMNS) + mark(p),
          field(p, "state"),
          field(p, "path"),
          field(p, "diagnosis").equals("NONE") ? "" : field(p, "diagnosis"),
          field(p, "address"));
    }
    return table.fit();
  }

  private static String mark(JsonNode person) {
    if (person.path("plain").asBoolean()) {
      return " (chat only)";
    }
    if (person.path("keyChanged").asBoolean()) {
      return " (KEY CHANGED)";
    }
    return field(person, "acquaintance").equals("VERIFIED") ? " (verified)" : "";
  }
}

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.StringJoiner;
import picocli.CommandLine.Command;

@Command(name = "activities", description = "What is shared here, and who is in it.")
final class ActivitiesCommand extends ClientCommand {
  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("activities", none());
  }

  @Override
  String text(JsonNode activities) {
    if (activities.isEmpty()) {
      return "nothing is shared here: 'limpet share chat:lunch' begins";
    }
    TextTable table = new TextTable("activity", "type", "title", "owner", "joined", "members");
    for (JsonNode a : activities) {
      StringJoiner members = new StringJoiner(" ");
      a.path("memberNames").forEach(m -> members.add(m.asText()));
      table.row(
          shortId(field(a, "id")),
          field(a, "type"),
          field(a, "title"),
          field(a, "ownerName"),
          joined(a),
          members.toString());
    }
    return table.fit("type", "title", "owner", "members");
  }

  private static String joined(JsonNode activity) {
    return switch (field(activity, "standing")) {
      case "JOINED" -> "yes";
      case "WAITING" -> "waiting";
      default -> activity.path("open").asBoolean() ? "open" : "no";
    };
  }
}

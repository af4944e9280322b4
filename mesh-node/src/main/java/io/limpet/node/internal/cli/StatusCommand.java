package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import picocli.CommandLine.Command;

@Command(name = "status", description = "Who this node is, and how it is.")
final class StatusCommand extends ClientCommand {
  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("status", none());
  }

  @Override
  String text(JsonNode s) {
    StringBuilder text = new StringBuilder();
    text.append(s.path("name").asText()).append("  ").append(s.path("address").asText());
    text.append("\nup ").append(s.path("upMs").asLong() / 1000).append(" s");
    text.append(", process ").append(s.path("pid").asLong());
    text.append(", home ").append(s.path("home").asText());
    for (JsonNode i : s.path("interfaces")) {
      text.append("\n").append(i.path("name").asText());
      text.append(i.path("up").asBoolean() ? " up " : " down ");
      i.path("addresses").forEach(a -> text.append(' ').append(a.asText()));
    }
    text.append("\npeople online: ").append(s.path("peersOnline").asInt());
    text.append(", activities: ").append(s.path("activities").asInt());
    text.append(", invitations to answer: ").append(s.path("pendingInvitations").asInt());
    if (!s.path("whoMayInvite").asText("everyone").equals("everyone")) {
      text.append("\nmay invite: ").append(s.path("whoMayInvite").asText());
    }
    JsonNode damaged = s.path("damagedStore");
    if (damaged.isObject()) {
      text.append("\nWARNING: ").append(field(damaged, "file"));
      text.append(" could not be read (").append(field(damaged, "reason"));
      text.append(") and was moved to ").append(field(damaged, "movedTo"));
    }
    return text.toString();
  }
}

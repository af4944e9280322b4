package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "remove", description = "Remove somebody from an activity of this node's.")
final class RemoveCommand extends ClientCommand {
  @Mixin private final PeerInActivity whom = new PeerInActivity();

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("remove", whom.args());
  }

  @Override
  String text(JsonNode result) {
    return "removed: " + whom.peer() + " from " + field(result, "title");
  }
}

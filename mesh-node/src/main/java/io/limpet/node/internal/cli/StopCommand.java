package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import picocli.CommandLine.Command;

@Command(name = "stop", description = "Say goodbye and stop the node.")
final class StopCommand extends ClientCommand {
  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("stop", none());
  }

  @Override
  String text(JsonNode result) {
    return "stopping";
  }
}

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "join", description = "Join an activity that is open to all.")
final class JoinCommand extends ClientCommand {
  @Parameters(
      paramLabel = "ID",
      description = "The activity: its title, or the end of its identifier.")
  private String id = "";

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("join", Map.of("id", id));
  }

  @Override
  String text(JsonNode activity) {
    return "joined: " + field(activity, "title") + " of " + field(activity, "ownerName");
  }
}

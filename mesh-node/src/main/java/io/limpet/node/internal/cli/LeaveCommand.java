package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "leave", description = "Leave an activity.")
final class LeaveCommand extends ClientCommand {
  @Parameters(
      paramLabel = "ID",
      description = "The activity: its title, or the end of its identifier.")
  private String id = "";

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("leave", Map.of("id", id));
  }

  @Override
  String text(JsonNode activity) {
    return "left: " + field(activity, "title") + " of " + field(activity, "ownerName");
  }
}

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "withdraw", description = "Take back an invitation that is not answered yet.")
final class WithdrawCommand extends ClientCommand {
  @Parameters(
      paramLabel = "ID",
      description = "The invitation: its title, or the end of its identifier.")
  private String id = "";

  @Option(names = "--reason", paramLabel = "WORD", description = "A word for who was invited.")
  private String reason = "";

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("withdraw", Map.of("id", id, "reason", reason));
  }

  @Override
  String text(JsonNode invitation) {
    return "withdrawn: " + field(invitation, "title") + ", to " + field(invitation, "toName");
  }
}

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "say", description = "Say a line to everybody in an activity.")
final class SayCommand extends ClientCommand {
  @Parameters(
      index = "0",
      paramLabel = "ID",
      description = "The activity: its title, or the end of its identifier.")
  private String id = "";

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "TEXT", description = "What to say.")
  private List<String> text = List.of();

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("say", Map.of("id", id, "text", String.join(" ", text)));
  }

  @Override
  String text(JsonNode line) {
    return "said, as line " + field(line, "sequence");
  }
}

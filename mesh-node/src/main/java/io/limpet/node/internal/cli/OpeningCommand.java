package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.JsonTrees;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** A command that opens something for streams, and says what becomes of them until it ends. */
abstract class OpeningCommand extends ClientCommand {
  @Option(
      names = "--beyond-loopback",
      description = "Let addresses be other than this machine's own loopback.")
  private boolean beyondLoopback;

  @Override
  public Integer call() throws ControlException {
    ask(client());
    return Limpet.OK;
  }

  /** Returns the name of the command on the control socket. */
  abstract String command();

  /** Adds what it is asked. */
  abstract void addTo(Map<String, Object> args);

  /** Says to a person what is open. */
  abstract String opened(JsonNode opening);

  @Override
  final JsonNode ask(ControlClient client) throws ControlException {
    Map<String, Object> args = new HashMap<>();
    args.put("beyondLoopback", beyondLoopback);
    addTo(args);
    return client.call(command(), args, this::print);
  }

  private void print(JsonNode event) {
    if (!event.isEmpty()) {
      out().println(isJson() ? JsonTrees.write(event) : text(event));
      out().flush();
    }
  }

  @Override
  final String text(JsonNode event) {
    if (event.has("opening")) {
      return opened(event.path("opening")) + "\nuntil interrupted (Ctrl-C)";
    }
    String with = field(event, "name") + ":" + field(event, "service");
    String reason = event.path("reason").asText("");
    return switch (field(event, "change")) {
      case "opened" -> "+ " + with;
      case "closed" ->
          "- "
              + with
              + ", sent "
              + Sizes.text(event.path("sentBytes").asLong())
              + ", received "
              + Sizes.text(event.path("receivedBytes").asLong())
              + (reason.isEmpty() ? "" : ": " + reason);
      default ->
          "! "
              + with
              + " refused: "
              + reason
              + (event.path("count").asLong() > 1
                  ? " (" + event.path("count").asLong() + " times)"
                  : "");
    };
  }
}

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.control.JsonTrees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "chat",
    description = {
      "Say a line to somebody who chats without Limpet;",
      "without arguments, print what they say, line by line, until interrupted."
    },
    footer = "%nNeeds a node that was started with --plain-chat.")
final class ChatCommand extends ClientCommand {
  @Spec private @Nullable CommandSpec chat;

  @Parameters(index = "0", arity = "0..1", paramLabel = "PERSON", description = "As peers has it.")
  private @Nullable String person;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "TEXT", description = "What to say.")
  private List<String> text = List.of();

  @Option(names = "--history", description = "Begin with the last lines heard, at most 256.")
  private boolean history;

  @Option(names = "--count", paramLabel = "N", description = "Stop after so many new lines.")
  private @Nullable Long count;

  @Override
  public Integer call() throws ControlException {
    if (person != null && text.isEmpty() && chat != null) {
      throw new ParameterException(chat.commandLine(), "what is to be said to " + person + "?");
    }
    if (person != null) {
      return super.call();
    }
    ask(client());
    return Limpet.OK;
  }

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    if (person != null) {
      return client.call("chat", Map.of("peer", person, "text", String.join(" ", text)));
    }
    Map<String, Object> args = new HashMap<>();
    args.put("history", history);
    if (count != null) {
      args.put("count", count);
    }
    return client.call("heard", args, this::print);
  }

  private void print(JsonNode line) {
    if (!line.isEmpty()) {
      out()
          .println(
              isJson() ? JsonTrees.write(line) : field(line, "from") + ": " + field(line, "text"));
    }
  }

  @Override
  String text(JsonNode said) {
    return "said to " + field(said, "to") + "; their program has read it";
  }
}

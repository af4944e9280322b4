package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "invitations", description = "Invitations, those to you and yours, newest first.")
final class InvitationsCommand extends ClientCommand {
  private static final class Box {
    @Option(names = "--inbox", description = "Only those to you.")
    private boolean in;

    @Option(names = "--outbox", description = "Only yours.")
    private boolean out;

    String word() {
      if (in) {
        return "in";
      }
      return out ? "out" : "";
    }
  }

  @ArgGroup private @Nullable Box box;

  @Option(names = "--open", description = "Only those that are not decided.")
  private boolean open;

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("invitations", Map.of("box", box == null ? "" : box.word(), "open", open));
  }

  @Override
  String text(JsonNode invitations) {
    return InvitationsTable.of(invitations, Instant.now());
  }
}

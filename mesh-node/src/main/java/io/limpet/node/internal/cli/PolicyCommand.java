package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.invitation.WhoMayInvite;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "policy",
    description = "Show or change whose invitations are taken, after a restart as well.")
final class PolicyCommand extends ClientCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "everyone|known|nobody",
      converter = WhoMayInviteConverter.class,
      description = {
        "known: whom you have invited, accepted an invitation of, or",
        "compared digits with, and who is in an activity with you."
      })
  private @Nullable WhoMayInvite who;

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("policy", who == null ? none() : Map.of("whoMayInvite", who.word()));
  }

  @Override
  String text(JsonNode policy) {
    return switch (field(policy, "whoMayInvite")) {
      case "everyone" -> "everyone in reach may invite you";
      case "known" -> "people you know may invite you";
      default -> "nobody may invite you";
    };
  }
}

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "invite", description = "Invite somebody into an activity.")
final class InviteCommand extends ClientCommand {
  @Parameters(paramLabel = "PEER", description = "A name, NAME#SHORTFORM, or an address.")
  private String peer = "";

  @Option(
      names = "--activity",
      required = true,
      paramLabel = "ID",
      description = "The activity, or the end of its identifier.")
  private String activity = "";

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      description = "Wait for the answer, for example 30s.")
  private Duration wait = Duration.ZERO;

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call(
        "invite", Map.of("peer", peer, "activity", activity, "waitMs", wait.toMillis()));
  }

  @Override
  String text(JsonNode i) {
    String state = field(i, "state").toLowerCase(Locale.ROOT);
    String text = "invitation " + shortId(field(i, "invitation")) + " to " + field(i, "to");
    if (i.path("deliveredMs").isNumber()) {
      text += ", delivered after " + ms(i.path("deliveredMs"));
    }
    return i.path("decidedMs").isNumber()
        ? text + ", " + state + " after " + ms(i.path("decidedMs"))
        : text + (state.equals("delivered") ? ", not answered yet" : ": " + state);
  }

  private static String ms(JsonNode value) {
    return String.format(Locale.ROOT, "%.0f ms", value.asDouble());
  }
}

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.invitation.Invitations;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "share", description = "Share an activity with the neighbourhood.")
final class ShareCommand extends ClientCommand {
  @Parameters(paramLabel = "TYPE:TITLE", description = "For example chat:lunch.")
  private String what = "";

  @Option(
      names = "--private",
      description = "Only those who are invited may join; the title is announced all the same.")
  private boolean invitedOnly;

  @Option(
      names = "--keep",
      paramLabel = "DURATION",
      description = "How long what is said is kept for members who are away, 168h unless given.")
  private Duration keep = Invitations.RETENTION;

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    int colon = what.indexOf(':');
    if (colon < 1 || colon == what.length() - 1) {
      throw new ControlException(
          "'" + what + "' is not TYPE:TITLE: write for example chat:lunch", Limpet.WRONG_USAGE);
    }
    return client.call(
        "share",
        Map.of(
            "type",
            what.substring(0, colon),
            "title",
            what.substring(colon + 1),
            "open",
            !invitedOnly,
            "keepMs",
            keep.toMillis()));
  }

  @Override
  String text(JsonNode result) {
    return "shared: " + field(result, "activity");
  }
}

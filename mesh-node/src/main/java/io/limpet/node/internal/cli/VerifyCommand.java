package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = "The digits to compare with somebody, so that you know that it is they.")
final class VerifyCommand extends ClientCommand {
  @Parameters(paramLabel = "PEER", description = "A name, NAME#SHORTFORM, or an address.")
  private String peer = "";

  @Option(
      names = "--confirm",
      description = "Remember that you compared the digits, and that they were the same.")
  private boolean confirm;

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("verify", Map.of("peer", peer, "confirm", confirm));
  }

  @Override
  String text(JsonNode answer) {
    String who = field(answer, "name") + " (" + field(answer, "peer") + ")";
    String digits = field(answer, "digits");
    if (field(answer, "acquaintance").equals("VERIFIED")) {
      return digits + "\n" + who + " is verified.";
    }
    String text =
        digits
            + "\nAsk "
            + who
            + ", face to face or by a voice that you know, what 'limpet verify' shows there.\n"
            + "If all the digits are the same: limpet verify "
            + field(answer, "peer")
            + " --confirm";
    return answer.path("keyChanged").asBoolean()
        ? text + "\nCAREFUL: this name had another key before."
        : text;
  }
}

package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "expose",
    description = "Let peers reach a program of this machine over the mesh, until interrupted.",
    footer = {
      "",
      "Examples:",
      "  limpet expose 22                      elm:22 is your own SSH server",
      "  limpet expose 80 --to 8080 --as wiki  elm:80, elm:wiki: what listens at 8080",
      "  limpet expose 80 --allow oak --allow verified"
    })
final class ExposeCommand extends OpeningCommand {
  @Parameters(paramLabel = "PORT", description = "The port that peers ask for, 1 to 65535.")
  private int port;

  @Option(
      names = "--to",
      paramLabel = "[ADDRESS:]PORT",
      description = "Where the program listens (default: the same port of this machine).")
  private @Nullable String to;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description = "A name that peers may ask for as well: small letters, digits, hyphens.")
  private @Nullable String as;

  @Option(
      names = "--allow",
      paramLabel = "WHO",
      split = ",",
      description =
          "Who may: everyone, known, verified, or a PEER; may be given again (default: known, whom"
              + " you have invited, accepted from, or verified).")
  private List<String> allow = List.of();

  @Override
  String command() {
    return "expose";
  }

  @Override
  void addTo(Map<String, Object> args) {
    args.put("port", port);
    args.put("allow", allow);
    if (to != null) {
      args.put("to", to);
    }
    if (as != null) {
      args.put("as", as);
    }
  }

  @Override
  String opened(JsonNode opening) {
    return "peers reach "
        + field(opening, "to")
        + " at this node's port "
        + field(opening, "at").replace(" ", ", or as ")
        + "\nwho may: "
        + field(opening, "allowed");
  }
}

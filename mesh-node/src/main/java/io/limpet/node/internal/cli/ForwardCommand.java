package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "forward",
    description =
        "Take connections to a port of this machine to what a peer exposes, until interrupted.",
    footer = {
      "",
      "Example:",
      "  limpet forward 2222 elm:22",
      "  ssh -p 2222 localhost                 in another terminal: SSH to elm"
    })
final class ForwardCommand extends OpeningCommand {
  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "[ADDRESS:]LOCALPORT",
      description = "Where to listen on this machine; 0 for any port that is free.")
  private String at = "";

  @Parameters(
      index = "1",
      paramLabel = "PEER:PORT",
      description = "Whose, and the port or name that they expose.")
  private String target = "";

  @Override
  String command() {
    return "forward";
  }

  @Override
  void addTo(Map<String, Object> args) {
    int colon = target.lastIndexOf(':');
    if (colon < 1 || colon == target.length() - 1) {
      if (spec == null) {
        throw new IllegalStateException("not run by the command line");
      }
      throw new ParameterException(
          spec.commandLine(),
          "what to forward to is a peer, a colon and a port, such as elm:22, not '" + target + "'");
    }
    String peer = target.substring(0, colon);
    boolean bracketed = peer.startsWith("[") && peer.endsWith("]");
    args.put("at", at);
    args.put("peer", bracketed ? peer.substring(1, peer.length() - 1) : peer);
    args.put("service", target.substring(colon + 1));
  }

  @Override
  String opened(JsonNode opening) {
    return field(opening, "to") + " is at " + field(opening, "at") + " of this machine";
  }
}

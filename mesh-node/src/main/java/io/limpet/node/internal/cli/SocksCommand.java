package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "socks",
    description =
        "Take programs of this machine to what any peer exposes, by SOCKS5, until interrupted.",
    footer = {
      "",
      "Example:",
      "  limpet socks 1080",
      "  curl --proxy socks5h://localhost:1080 http://elm.mesh/"
    })
final class SocksCommand extends OpeningCommand {
  @Parameters(
      paramLabel = "[ADDRESS:]LOCALPORT",
      description = "Where to listen on this machine; 0 for any port that is free.")
  private String at = "";

  @Override
  String command() {
    return "socks";
  }

  @Override
  void addTo(Map<String, Object> args) {
    args.put("at", at);
  }

  @Override
  String opened(JsonNode opening) {
    return "NAME.mesh is reached by SOCKS5 at " + field(opening, "at") + " of this machine";
  }
}

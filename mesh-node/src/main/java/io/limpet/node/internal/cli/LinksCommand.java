package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(
    name = "links",
    description = "What gets through, by peer, interface, carrier and direction.")
final class LinksCommand extends ClientCommand {
  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("links", none());
  }

  @Override
  String text(JsonNode links) {
    if (links.isEmpty()) {
      return "no path to anybody is known yet";
    }
    TextTable table =
        new TextTable(
            "peer", "if", "carrier", "dir", "state", "proof", "loss", "rtt", "mtu", "verdict");
    for (JsonNode l : links) {
      table.row(
          field(l, "name"),
          field(l, "interface"),
          field(l, "carrier").toLowerCase(Locale.ROOT).replace('_', ' '),
          field(l, "direction"),
          field(l, "state"),
          l.path("proofAgeMs").isNumber() ? age(l.path("proofAgeMs").asLong()) : "-",
          l.path("loss").isNumber() ? Math.round(l.path("loss").asDouble() * 100) + "%" : "-",
          l.path("rttMs").isNumber()
              ? String.format(Locale.ROOT, "%.1f ms", l.path("rttMs").asDouble())
              : "-",
          l.path("mtuBytes").isNumber() ? l.path("mtuBytes").asText() : "-",
          field(l, "verdict").equals("NONE") ? "" : field(l, "verdict"));
    }
    return table.toString();
  }

  private static String age(long ms) {
    return ms < 10_000 ? String.format(Locale.ROOT, "%.1f s", ms / 1000.0) : ms / 1000 + " s";
  }
}

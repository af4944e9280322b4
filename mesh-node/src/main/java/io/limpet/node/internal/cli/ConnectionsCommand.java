package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(name = "connections", description = "The mesh connections of this node, and how each is.")
final class ConnectionsCommand extends ClientCommand {
  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("connections", none());
  }

  @Override
  String text(JsonNode connections) {
    if (connections.isEmpty()) {
      return "no connections";
    }
    TextTable table = new TextTable("peer", "ports", "state", "rtt", "rate", "loss", "resent");
    for (JsonNode c : connections) {
      table.row(
          field(c, "name"),
          field(c, "localPort") + " " + field(c, "remotePort"),
          field(c, "state"),
          String.format(Locale.ROOT, "%.1f ms", c.path("rttMs").asDouble()),
          String.format(
              Locale.ROOT, "%.1f Mbit/s", c.path("deliveryBitsPerSecond").asDouble() / 1e6),
          Math.round(c.path("loss").asDouble() * 100) + "%",
          c.path("segmentsRetransmitted").asLong() + " of " + c.path("segmentsSent").asLong());
    }
    return table.fit("peer");
  }
}

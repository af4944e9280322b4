package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.control.ControlClient;
import io.limpet.node.internal.control.ControlException;
import io.limpet.node.internal.explain.Times;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "explain",
    description = "The verdict on one peer: what is so, why, what was tried, what comes next.")
final class ExplainCommand extends ClientCommand {
  private static final int EVENTS = 24;

  @Parameters(paramLabel = "PEER", description = "A name, NAME#SHORTFORM, or an address.")
  private String peer = "";

  @Option(names = "--all", description = "Tell all that is remembered, not the last 24 events.")
  private boolean all;

  @Override
  JsonNode ask(ControlClient client) throws ControlException {
    return client.call("explain", Map.of("peer", peer));
  }

  @Override
  String text(JsonNode e) {
    List<String> lines = new ArrayList<>();
    lines.add(Terminal.wrap("", field(e, "now"), 0));
    section(lines, "Why", e.path("why"));
    events(lines, e);
    section(lines, "What comes next", e.path("next"));
    section(lines, "What you can do", e.path("advice"));
    return String.join("\n", lines);
  }

  private void events(List<String> lines, JsonNode e) {
    JsonNode events = e.path("events");
    if (events.isEmpty()) {
      return;
    }
    int from = all ? 0 : Math.max(0, events.size() - EVENTS);
    lines.add("");
    lines.add("What happened" + (from == 0 ? "" : " (" + from + " earlier events: --all)"));
    Times times = new Times(Instant.parse(field(e, "at")), ZoneId.systemDefault());
    for (int i = from; i < events.size(); i++) {
      String lead = "  " + times.at(Instant.parse(field(events.get(i), "time"))) + "  ";
      lines.add(Terminal.wrap(lead, field(events.get(i), "text"), lead.length()));
    }
  }

  private static void section(List<String> lines, String title, JsonNode sentences) {
    if (sentences.isEmpty()) {
      return;
    }
    lines.add("");
    lines.add(title);
    for (JsonNode sentence : sentences) {
      lines.add(Terminal.wrap("  - ", sentence.asText(), 4));
    }
  }
}

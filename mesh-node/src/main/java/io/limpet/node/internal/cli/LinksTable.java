package io.limpet.node.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.link.MeshAddress;
import io.limpet.node.internal.explain.Times;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What gets through, for a terminal of 80 columns: a group of lines for each peer and interface.
 */
final class LinksTable {
  private static final String ROW = "  %-14s %1s %-11s %6s %5s %8s %5s  %s";
  private static final int NAME_COLUMNS = 24;

  private LinksTable() {}

  /**
   * Draws it.
   *
   * @param links as the node gives them
   * @param verdicts what is wrong with this machine's interfaces
   * @param peers as the node gives them, for how each is reached
   */
  static String of(JsonNode links, JsonNode verdicts, JsonNode peers) {
    List<String> lines = new ArrayList<>();
    for (JsonNode v : verdicts) {
      lines.add(
          Terminal.wrap(
              "! ",
              text(v, "interface")
                  + ", "
                  + carrier(text(v, "carrier"))
                  + ": "
                  + text(v, "verdict")
                  + ", "
                  + text(v, "words")
                  + " (limpet doctor says more)",
              2));
    }
    if (links.isEmpty()) {
      lines.add("no path to anybody is known yet");
      return String.join("\n", lines);
    }
    lines.add(
        String.format(
                Locale.ROOT, ROW, "CARRIER", "", "STATE", "PROOF", "LOSS", "RTT", "MTU", "VERDICT")
            .stripTrailing());
    groups(links)
        .forEach(
            (head, rows) -> {
              lines.add(head + reached(peers, rows.get(0)));
              rows.forEach(row -> lines.add(row(row)));
            });
    return String.join("\n", lines);
  }

  private static Map<String, List<JsonNode>> groups(JsonNode links) {
    List<JsonNode> ordered = new ArrayList<>();
    links.forEach(ordered::add);
    ordered.sort(
        Comparator.comparing((JsonNode l) -> text(l, "name"))
            .thenComparing(l -> text(l, "peer"))
            .thenComparing(l -> text(l, "interface"))
            // Unicast first: it is what breaks.
            .thenComparing(Comparator.comparing((JsonNode l) -> text(l, "carrier")).reversed())
            .thenComparing(Comparator.comparing((JsonNode l) -> text(l, "direction")).reversed()));
    Map<String, Set<String>> addresses = new HashMap<>();
    ordered.forEach(
        l ->
            addresses
                .computeIfAbsent(text(l, "name"), any -> new HashSet<>())
                .add(text(l, "peer")));
    Map<String, List<JsonNode>> groups = new LinkedHashMap<>();
    for (JsonNode link : ordered) {
      String name = text(link, "name");
      boolean twins = addresses.getOrDefault(name, Set.of()).size() > 1;
      String who =
          Terminal.shorten(name, NAME_COLUMNS) + (twins ? "#" + shortForm(text(link, "peer")) : "");
      groups
          .computeIfAbsent(who + " on " + text(link, "interface"), any -> new ArrayList<>())
          .add(link);
    }
    return groups;
  }

  private static String shortForm(String address) {
    try {
      // A literal: nobody is asked.
      return MeshAddress.of(InetAddress.getByName(address)).shortForm();
    } catch (UnknownHostException | IllegalArgumentException e) {
      return address;
    }
  }

  private static String reached(JsonNode peers, JsonNode link) {
    for (JsonNode peer : peers) {
      if (text(peer, "address").equals(text(link, "peer"))) {
        String path = text(peer, "path");
        return switch (path) {
          case "none" -> ", not reached";
          case "both" -> ", in doubt: by unicast and multicast";
          default -> ", by " + path;
        };
      }
    }
    return "";
  }

  private static String row(JsonNode l) {
    String verdict = text(l, "verdict");
    return String.format(
            Locale.ROOT,
            ROW,
            carrier(text(l, "carrier")),
            text(l, "direction").equals("out") ? "→" : "←",
            text(l, "state"),
            l.path("proofAgeMs").isNumber()
                ? Times.span(Duration.ofMillis(l.path("proofAgeMs").asLong()))
                : "-",
            l.path("loss").isNumber() ? Math.round(l.path("loss").asDouble() * 100) + " %" : "-",
            l.path("rttMs").isNumber() ? rtt(l.path("rttMs").asDouble()) : "-",
            l.path("mtuBytes").isNumber() ? l.path("mtuBytes").asText() : "-",
            verdict.equals("NONE") ? "" : verdict)
        .stripTrailing();
  }

  private static String rtt(double ms) {
    return String.format(Locale.ROOT, ms < 100 ? "%.1f ms" : "%.0f ms", ms);
  }

  private static String carrier(String carrier) {
    return carrier.toLowerCase(Locale.ROOT).replace("_ipv", " IPv");
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText();
  }
}

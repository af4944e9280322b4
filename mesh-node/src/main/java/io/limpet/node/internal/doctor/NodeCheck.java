package io.limpet.node.internal.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.node.internal.explain.DiagnosisWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a running node has found out by itself. */
final class NodeCheck implements Check {
  private static final String NAME = "node";

  @Override
  public List<Finding> examine(Facts facts) {
    Optional<JsonNode> status = facts.ask("status");
    if (status.isEmpty()) {
      return List.of(
          Finding.ok(
              NAME,
              "no node runs on "
                  + facts.home().path()
                  + ": with one more can be said ('limpet node --background')"));
    }
    JsonNode node = status.get();
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            NAME,
            node.path("name").asText()
                + " runs, process "
                + node.path("pid").asLong()
                + "; people online: "
                + node.path("peersOnline").asInt()));
    for (JsonNode i : node.path("interfaces")) {
      if (!i.path("up").asBoolean()) {
        findings.add(
            Finding.warning(
                NAME,
                "the node's interface " + i.path("name").asText() + " is down",
                "ip link set " + i.path("name").asText() + " up, or join a network"));
      }
    }
    facts.ask("verdicts").ifPresent(verdicts -> verdicts.forEach(v -> verdict(v, findings)));
    facts.ask("peers").ifPresent(peers -> peers.forEach(p -> peer(p, findings)));
    return findings;
  }

  private static void verdict(JsonNode v, List<Finding> findings) {
    String name = v.path("interface").asText();
    findings.add(
        Finding.problem(
            NAME,
            name
                + ": "
                + v.path("verdict").asText()
                + ", "
                + v.path("words").asText()
                + " ("
                + v.path("carrier").asText()
                + ")",
            "see 'echo' and 'firewall' here; 'ip link set "
                + name
                + " down' and 'up' joins the"
                + " groups anew"));
  }

  private static void peer(JsonNode p, List<Finding> findings) {
    String verdict = p.path("diagnosis").asText("NONE");
    String name = p.path("name").asText();
    if (!verdict.equals("NONE") && !p.path("state").asText().equals("OFFLINE")) {
      findings.add(
          Finding.warning(
              NAME,
              name + ": " + verdict + ", " + DiagnosisWords.brief(DiagnosisWords.of(verdict)),
              "limpet explain " + name));
    }
  }
}

package io.limpet.node.internal.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the paths to peers carry as large packets as the interfaces do. */
final class PathMtuCheck implements Check {
  private static final String NAME = "mtu";

  @Override
  public List<Finding> examine(Facts facts) {
    Optional<JsonNode> links = facts.ask("links");
    if (links.isEmpty()) {
      return List.of();
    }
    Map<String, Integer> mtus = new HashMap<>();
    facts.interfaces().forEach(i -> mtus.put(i.name(), i.mtuBytes()));
    List<Finding> findings = new ArrayList<>();
    for (JsonNode link : links.get()) {
      int mtu = mtus.getOrDefault(link.path("interface").asText(), 0);
      int path = link.path("mtuBytes").asInt(0);
      boolean proved =
          link.path("state").asText().equals("confirmed")
              && link.path("carrier").asText().startsWith("UNICAST")
              && link.path("direction").asText().equals("out");
      // Below this nothing was probed yet; a few bytes less are the tunnel's or the radio's own.
      if (proved && path > LEAST_BYTES && path < mtu) {
        findings.add(
            Finding.warning(
                NAME,
                "the path to "
                    + link.path("name").asText()
                    + " carries "
                    + path
                    + " bytes, and "
                    + link.path("interface").asText()
                    + " sends "
                    + mtu
                    + ": larger packets vanish",
                "Limpet keeps to it; for other programs: ip link set "
                    + link.path("interface").asText()
                    + " mtu "
                    + path));
      }
    }
    if (findings.isEmpty() && !links.get().isEmpty()) {
      findings.add(Finding.ok(NAME, "no path is known to carry less than its interface"));
    }
    return findings;
  }

  private static final int LEAST_BYTES = 1_248;
}

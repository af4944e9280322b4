package io.limpet.node.internal.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code nft -j list ruleset} says of one UDP port on its way in.
 *
 * <p>Rules are followed into the chains that they jump to, as nftables does. Conditions beside the
 * port (an interface, a source) are not weighed: the first rule that names the port decides.
 */
final class NftRuleset {
  private static final int MAX_JUMPS = 16; // As the kernel has it.
  private static final Decision LET_IN = new Decision("", true);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final JsonNode objects;

  /**
   * A chain that turns the port away.
   *
   * @param place family, table and chain, as nft wants them
   * @param byRule whether a rule names the port; otherwise the chain's policy drops it
   */
  record Decision(String place, boolean byRule) {}

  private record Chain(String family, String table, String name) {
    static Chain of(JsonNode node, String name) {
      return new Chain(node.path("family").asText(), node.path("table").asText(), name);
    }

    String place() {
      return family + " " + table + " " + name;
    }
  }

  private NftRuleset(JsonNode objects) {
    this.objects = objects;
  }

  /** Reads the program's output; what is no JSON has no rules. */
  static NftRuleset parse(String json) {
    try {
      return new NftRuleset(MAPPER.readTree(json).path("nftables"));
    } catch (JsonProcessingException e) {
      return new NftRuleset(MAPPER.createArrayNode());
    }
  }

  /** Returns each base chain of the input hook that turns the port away. */
  List<Decision> onInput(int port) {
    List<Decision> decisions = new ArrayList<>();
    for (JsonNode object : objects) {
      JsonNode chain = object.path("chain");
      if (chain.path("hook").asText().equals("input")) {
        Chain base = Chain.of(chain, chain.path("name").asText());
        Optional<Decision> verdict = follow(base, false, port, new HashSet<>());
        if (verdict.isPresent()) {
          verdict.filter(d -> !d.equals(LET_IN)).ifPresent(decisions::add);
        } else if (chain.path("policy").asText().equals("drop")) {
          decisions.add(new Decision(base.place(), false));
        }
      }
    }
    return decisions;
  }

  /**
   * Returns the first decision about the port in a chain and where it jumps to; one without a place
   * lets it in, none at all means that no rule names it.
   *
   * @param named whether a rule on the way here named the port already
   */
  private Optional<Decision> follow(Chain chain, boolean named, int port, Set<Chain> seen) {
    if (seen.size() >= MAX_JUMPS || !seen.add(chain)) {
      return Optional.empty();
    }
    for (JsonNode object : objects) {
      JsonNode rule = object.path("rule");
      if (!Chain.of(rule, rule.path("chain").asText()).equals(chain)) {
        continue;
      }
      boolean applies = named || names(rule.path("expr"), port);
      for (JsonNode expression : rule.path("expr")) {
        if (applies && (expression.has("drop") || expression.has("reject"))) {
          return Optional.of(new Decision(chain.place(), true));
        }
        if (applies && expression.has("accept")) {
          return Optional.of(LET_IN);
        }
        JsonNode jump = expression.has("jump") ? expression.path("jump") : expression.path("goto");
        if (jump.has("target")) {
          Chain target = Chain.of(rule, jump.path("target").asText());
          Optional<Decision> there = follow(target, applies, port, seen);
          if (there.isPresent()) {
            return there;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Says whether a rule matches the port, alone, in a set or in a range. */
  private static boolean names(JsonNode expressions, int port) {
    for (JsonNode expression : expressions) {
      JsonNode match = expression.path("match");
      JsonNode payload = match.path("left").path("payload");
      String protocol = payload.path("protocol").asText();
      if (payload.path("field").asText().equals("dport")
          && (protocol.equals("udp") || protocol.equals("th"))
          && match.path("op").asText().equals("==")
          && contains(match.path("right"), port)) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(JsonNode right, int port) {
    if (right.isInt()) {
      return right.asInt() == port;
    }
    JsonNode range = right.path("range");
    if (range.isArray() && range.size() == 2) {
      return range.get(0).asInt() <= port && port <= range.get(1).asInt();
    }
    for (JsonNode item : right.path("set")) {
      if (contains(item, port)) {
        return true;
      }
    }
    return false;
  }
}

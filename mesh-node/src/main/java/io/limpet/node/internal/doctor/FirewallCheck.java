package io.limpet.node.internal.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a firewall on this machine is in the way. Only by its rules can that be known, and only
 * root may read them; what a datagram to oneself tells is tried in any case.
 */
final class FirewallCheck implements Check {
  private static final String NAME = "firewall";

  private final int port;

  FirewallCheck(int port) {
    this.port = port;
  }

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    boolean read = false;
    Optional<String> nft = facts.run("nft", "-j", "list", "ruleset");
    if (nft.isPresent()) {
      read = true;
      findings.addAll(ofNftables(nft.get()));
    }
    for (String program : List.of("iptables", "ip6tables")) {
      Optional<String> rules = facts.run(program, "-S", "INPUT");
      if (rules.isPresent()) {
        read = true;
        // Today's iptables writes what nft lists, too.
        ofIptables(program, rules.get()).filter(f -> findings.isEmpty()).ifPresent(findings::add);
      }
    }
    if (facts.read("/etc/ufw/ufw.conf").orElse("").contains("ENABLED=yes") && !read) {
      findings.add(
          Finding.warning(
              NAME,
              "ufw is on, and its rules cannot be read by " + facts.user(),
              "ufw allow " + port + "/udp, or run the doctor as root"));
    }
    tryMyself(facts).ifPresent(findings::add);
    if (findings.isEmpty()) {
      findings.add(
          Finding.ok(
              NAME,
              read
                  ? "no rule is known to drop UDP port " + port
                  : "no firewall's rules could be read (root with nft or iptables can)"));
    }
    return findings;
  }

  private Optional<Finding> tryMyself(Facts facts) {
    if (facts.udpSockets().stream().anyMatch(socket -> socket.port() == port)) {
      return Optional.empty();
    }
    for (Facts.Interface i : facts.interfaces()) {
      Optional<InetAddress> own =
          i.addresses().stream()
              .map(Facts.Address::ip)
              .filter(ip -> ip instanceof Inet4Address)
              .findFirst();
      if (i.up() && own.isPresent()) {
        Facts.Echo echo = facts.ownDatagram(own.get(), port);
        if (!echo.heard() && echo.failure() == null) {
          return Optional.of(
              Finding.problem(
                  NAME,
                  "a datagram to this machine's own UDP port " + port + " does not arrive",
                  "let UDP port "
                      + port
                      + " in: nft add rule inet filter input udp dport "
                      + port
                      + " accept"));
        }
      }
    }
    return Optional.empty();
  }

  private List<Finding> ofNftables(String ruleset) {
    JsonNode all;
    try {
      all = JsonMapper.builder().build().readTree(ruleset).path("nftables");
    } catch (JsonProcessingException e) {
      return List.of();
    }
    List<Finding> findings = new ArrayList<>();
    for (JsonNode object : all) {
      JsonNode chain = object.path("chain");
      if (chain.path("hook").asText().equals("input")) {
        ofChain(chain, all).ifPresent(findings::add);
      }
    }
    return findings;
  }

  private Optional<Finding> ofChain(JsonNode chain, JsonNode all) {
    String family = chain.path("family").asText();
    String table = chain.path("table").asText();
    String name = chain.path("name").asText();
    String place = family + " " + table + " " + name;
    String cure = "nft insert rule " + place + " udp dport " + port + " accept";
    for (JsonNode object : all) {
      JsonNode rule = object.path("rule");
      if (rule.path("family").asText().equals(family)
          && rule.path("table").asText().equals(table)
          && rule.path("chain").asText().equals(name)
          && namesPort(rule.path("expr"))) {
        // The first rule that names the port decides.
        return ends(rule, "drop") || ends(rule, "reject")
            ? Optional.of(
                Finding.problem(
                    NAME, "a rule of nftables drops UDP port " + port + " (" + place + ")", cure))
            : Optional.empty();
      }
    }
    return chain.path("policy").asText().equals("drop")
        ? Optional.of(
            Finding.warning(
                NAME,
                "nftables drops what no rule lets in ("
                    + place
                    + "), and none there names UDP port "
                    + port,
                cure))
        : Optional.empty();
  }

  private static boolean ends(JsonNode rule, String verdict) {
    for (JsonNode expression : rule.path("expr")) {
      if (expression.has(verdict)) {
        return true;
      }
    }
    return false;
  }

  /** Says whether a rule matches the port, alone, in a set or in a range. */
  private boolean namesPort(JsonNode expressions) {
    for (JsonNode expression : expressions) {
      JsonNode match = expression.path("match");
      JsonNode payload = match.path("left").path("payload");
      String protocol = payload.path("protocol").asText();
      if (payload.path("field").asText().equals("dport")
          && (protocol.equals("udp") || protocol.equals("th"))
          && match.path("op").asText().equals("==")
          && contains(match.path("right"))) {
        return true;
      }
    }
    return false;
  }

  private boolean contains(JsonNode right) {
    if (right.isInt()) {
      return right.asInt() == port;
    }
    JsonNode range = right.path("range");
    if (range.isArray() && range.size() == 2) {
      return range.get(0).asInt() <= port && port <= range.get(1).asInt();
    }
    for (JsonNode item : right.path("set")) {
      if (contains(item)) {
        return true;
      }
    }
    return false;
  }

  private Optional<Finding> ofIptables(String program, String rules) {
    String cure = program + " -I INPUT -p udp --dport " + port + " -j ACCEPT";
    for (String rule : rules.split("\n", -1)) {
      if (rule.contains("-p udp") && rule.contains("--dport " + port + " ")) {
        return rule.contains("-j DROP") || rule.contains("-j REJECT")
            ? Optional.of(
                Finding.problem(NAME, "a rule of " + program + " drops UDP port " + port, cure))
            : Optional.empty();
      }
    }
    return rules.contains("-P INPUT DROP")
        ? Optional.of(
            Finding.warning(
                NAME,
                program + " drops what no rule lets in, and none names UDP port " + port,
                cure))
        : Optional.empty();
  }
}

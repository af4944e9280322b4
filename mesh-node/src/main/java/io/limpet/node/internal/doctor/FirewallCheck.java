package io.limpet.node.internal.doctor;

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
    List<Finding> findings = new ArrayList<>();
    for (NftRuleset.Decision decision : NftRuleset.parse(ruleset).onInput(port)) {
      String cure = "nft insert rule " + decision.place() + " udp dport " + port + " accept";
      if (decision.byRule()) {
        findings.add(
            Finding.problem(
                NAME,
                "a rule of nftables drops UDP port " + port + " (" + decision.place() + ")",
                cure));
      } else {
        findings.add(
            Finding.warning(
                NAME,
                "nftables drops what no rule lets in ("
                    + decision.place()
                    + "), and none there names UDP port "
                    + port,
                cure));
      }
    }
    return findings;
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

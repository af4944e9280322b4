package io.limpet.node.internal.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether neighbour entries can be repaired from here, and by which way. */
final class PrivilegeCheck implements Check {
  private static final String NAME = "privileges";
  private static final Pattern EFFECTIVE = Pattern.compile("(?m)^CapEff:\\s*([0-9a-fA-F]{1,16})$");
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_NET_RAW = 13;
  private static final String CURE =
      "for faster and surer repair start 'limpet linkd' as root (docs/linkd.md), or give the node"
          + " CAP_NET_ADMIN and CAP_NET_RAW";

  @Override
  public List<Finding> examine(Facts facts) {
    Optional<JsonNode> node = facts.ask("privileges");
    List<Finding> findings = new ArrayList<>();
    if (node.isPresent()) {
      findings.add(ofNode(node.get()));
    } else {
      findings.add(ofThisProcess(facts));
    }
    Facts.Daemon daemon = facts.daemon();
    if (daemon.answers()) {
      findings.add(Finding.ok(NAME, "linkd listens at " + daemon.path()));
    } else if (daemon.there()) {
      findings.add(
          Finding.warning(
              NAME,
              "linkd's socket "
                  + daemon.path()
                  + " is there, and "
                  + facts.user()
                  + " cannot connect to it",
              "see whether it runs ('systemctl status limpet-linkd'), and whether it was started"
                  + " with --allow-user or --allow-group for "
                  + facts.user()));
    }
    return findings;
  }

  private static Finding ofNode(JsonNode privileges) {
    JsonNode ways = privileges.path("ways");
    String write = ways.path("WRITE_NEIGHBOURS").asText("");
    String arp = ways.path("SEND_ARP").asText("");
    if (!write.isEmpty() && !arp.isEmpty()) {
      return Finding.ok(NAME, "the node may repair neighbour entries, " + way(write));
    }
    return Finding.warning(
        NAME,
        "the node may "
            + (write.isEmpty() ? "not write neighbour entries" : "write neighbour entries")
            + (arp.isEmpty() ? " and not send ARP" : " and send ARP")
            + ": it repairs as an ordinary user can",
        CURE);
  }

  private static String way(String way) {
    return way.equals("LINKD") ? "by linkd" : "by itself";
  }

  private static Finding ofThisProcess(Facts facts) {
    long capabilities = facts.read("/proc/self/status").map(PrivilegeCheck::effective).orElse(0L);
    boolean admin = (capabilities & (1L << CAP_NET_ADMIN)) != 0;
    boolean raw = (capabilities & (1L << CAP_NET_RAW)) != 0;
    if (admin && raw) {
      return Finding.ok(NAME, facts.user() + " has CAP_NET_ADMIN and CAP_NET_RAW");
    }
    if (facts.daemon().answers()) {
      return Finding.ok(NAME, facts.user() + " has no capabilities, and linkd stands in for them");
    }
    String lacking = admin ? "CAP_NET_RAW" : raw ? "CAP_NET_ADMIN" : "CAP_NET_ADMIN or CAP_NET_RAW";
    return Finding.warning(
        NAME,
        facts.user()
            + " has no "
            + lacking
            + ", and linkd does not run: a node repairs as an"
            + " ordinary user can",
        CURE);
  }

  private static long effective(String status) {
    Matcher matcher = EFFECTIVE.matcher(status);
    return matcher.find() ? Long.parseUnsignedLong(matcher.group(1), 16) : 0;
  }
}

package io.limpet.node.internal.doctor;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;

/** Whether multicast works on this machine, as far as it can be tried alone: it hears itself. */
final class EchoCheck implements Check {
  private static final String NAME = "echo";

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    for (Facts.Interface i : facts.interfaces()) {
      if (!i.up() || !i.multicast()) {
        continue;
      }
      boolean ipv4 = i.addresses().stream().anyMatch(a -> a.ip() instanceof Inet4Address);
      boolean ipv6 = i.addresses().stream().anyMatch(a -> !(a.ip() instanceof Inet4Address));
      if (ipv4) {
        findings.add(examine(facts, i, false));
      }
      if (ipv6) {
        findings.add(examine(facts, i, true));
      }
    }
    return findings;
  }

  private static Finding examine(Facts facts, Facts.Interface i, boolean ipv6) {
    String where = (ipv6 ? "IPv6" : "IPv4") + " multicast on " + i.name();
    Facts.Echo echo = facts.echo(i, ipv6);
    if (echo.heard()) {
      return Finding.ok(NAME, "this machine hears its own " + where);
    }
    if (ipv6 && Ipv6Check.isTentative(facts, i.name())) {
      return Finding.ok(
          NAME, where + " is not tried: the kernel looks for duplicates of its address just now");
    }
    String failure = echo.failure();
    return failure == null
        ? Finding.problem(
            NAME,
            "this machine does not hear its own " + where,
            "see what drops it: a firewall's input or output rules (nft list ruleset), else 'ip"
                + " link set "
                + i.name()
                + " down' and 'up' joins the groups anew")
        : Finding.problem(
            NAME,
            where + " cannot be used (" + failure + ")",
            "see that "
                + i.name()
                + " has a route for it: 'ip route get "
                + (ipv6 ? "ff12::7464" : "239.255.74.64")
                + " oif "
                + i.name()
                + "'");
  }
}

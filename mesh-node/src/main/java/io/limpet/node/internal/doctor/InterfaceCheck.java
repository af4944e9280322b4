package io.limpet.node.internal.doctor;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whether there is an interface that a node can use, and what is odd about each. */
final class InterfaceCheck implements Check {
  private static final String NAME = "interface";

  /** Below it IPv6 does not run (RFC 8200 section 5), and a hello does not fit. */
  private static final int LEAST_MTU_BYTES = 1_280;

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    Map<String, String> owners = new HashMap<>();
    boolean fit = false;
    boolean mute = false;
    for (Facts.Interface i : facts.interfaces()) {
      if (!i.up()) {
        findings.add(Finding.ok(NAME, i.name() + " is down: not used"));
      } else if (!i.multicast()) {
        mute = true;
        findings.add(
            Finding.problem(
                NAME,
                i.name() + " does no multicast: nobody is found there",
                "ip link set " + i.name() + " multicast on"));
      } else if (i.addresses().isEmpty()) {
        findings.add(
            Finding.warning(
                NAME,
                i.name() + " is up and has no address: not used",
                "let it get one by DHCP, or 'ip addr add 169.254.X.Y/16 dev " + i.name() + "'"));
      } else {
        fit = true;
        used(i, findings);
      }
      twice(i, owners, findings);
    }
    if (!fit && !mute) {
      findings.add(
          Finding.problem(
              NAME,
              "no interface is up, has an address and does multicast",
              "join a network, or bring an interface up ('ip link set IF up'); loopback is not"
                  + " used"));
    }
    return findings;
  }

  private static void used(Facts.Interface i, List<Finding> findings) {
    List<String> addresses = i.addresses().stream().map(Facts.Address::text).toList();
    findings.add(
        i.mtuBytes() < LEAST_MTU_BYTES
            ? Finding.problem(
                NAME,
                i.name() + " has an MTU of " + i.mtuBytes() + " bytes, and 1280 are needed",
                "ip link set " + i.name() + " mtu 1500")
            : Finding.ok(
                NAME,
                i.name()
                    + " is up, does multicast, MTU "
                    + i.mtuBytes()
                    + ", "
                    + String.join(" ", addresses)));
    if (i.addresses().stream().noneMatch(a -> a.ip() instanceof Inet4Address)) {
      findings.add(
          Finding.warning(
              NAME,
              i.name() + " has no IPv4 address: peers that have no IPv6 are not reached by unicast",
              "let it get one by DHCP, or 'ip addr add 169.254.X.Y/16 dev " + i.name() + "'"));
    }
  }

  private static void twice(Facts.Interface i, Map<String, String> owners, List<Finding> findings) {
    for (Facts.Address address : i.addresses()) {
      String other =
          address.ip().isLinkLocalAddress() && !(address.ip() instanceof Inet4Address)
              ? null
              : owners.put(address.text(), i.name());
      if (other != null) {
        findings.add(
            Finding.problem(
                NAME,
                address.text() + " is the address of " + other + " and of " + i.name() + ", too",
                "take it from one: ip addr del "
                    + address.text()
                    + "/"
                    + address.prefixBits()
                    + " dev "
                    + i.name()));
      }
    }
  }
}

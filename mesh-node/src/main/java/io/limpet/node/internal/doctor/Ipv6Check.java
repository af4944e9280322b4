package io.limpet.node.internal.doctor;

import java.util.ArrayList;
import java.util.List;

/** Whether IPv6 stands beside IPv4, and whether its addresses are this machine's alone. */
final class Ipv6Check implements Check {
  private static final String NAME = "ipv6";
  private static final int FLAGS = 4;
  private static final int DEVICE = 5;
  private static final int DUPLICATE = 0x08;
  private static final int TENTATIVE = 0x40;

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    for (Facts.Interface i : facts.interfaces()) {
      String setting = "/proc/sys/net/ipv6/conf/" + i.name() + "/disable_ipv6";
      if (i.up() && facts.read(setting).map(String::strip).orElse("0").equals("1")) {
        findings.add(
            Finding.warning(
                NAME,
                "IPv6 is disabled on " + i.name() + ": one way less when IPv4 unicast dies",
                "sysctl -w net.ipv6.conf." + i.name().replace('.', '/') + ".disable_ipv6=0"));
      }
    }
    duplicates(facts, findings);
    if (findings.isEmpty()) {
      findings.add(
          facts.read("/proc/net/if_inet6").isPresent()
              ? Finding.ok(NAME, "IPv6 is there, beside IPv4")
              : Finding.warning(
                  NAME,
                  "this kernel has no IPv6: one way less when IPv4 unicast dies",
                  "boot without ipv6.disable=1"));
    }
    return findings;
  }

  /** What duplicate address detection (RFC 4862 section 5.4) has found. */
  private static void duplicates(Facts facts, List<Finding> findings) {
    for (Facts.Interface i : facts.interfaces()) {
      if (isMarked(facts, i.name(), DUPLICATE)) {
        findings.add(
            Finding.problem(
                NAME,
                "an IPv6 address of " + i.name() + " belongs to another machine, too",
                "give one of them another MAC, or 'ip link set "
                    + i.name()
                    + " down' and 'up' to try again"));
      }
    }
  }

  /** Says whether an address of an interface may not be used yet: it is being looked for twice. */
  static boolean isTentative(Facts facts, String interfaceName) {
    return isMarked(facts, interfaceName, TENTATIVE);
  }

  private static boolean isMarked(Facts facts, String interfaceName, int mark) {
    for (String line : facts.read("/proc/net/if_inet6").orElse("").split("\n", -1)) {
      String[] fields = line.strip().split("\\s+", -1);
      if (fields.length > DEVICE
          && fields[DEVICE].equals(interfaceName)
          && (flags(fields[FLAGS]) & mark) != 0) {
        return true;
      }
    }
    return false;
  }

  private static int flags(String text) {
    try {
      return Integer.parseInt(text, 16);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}

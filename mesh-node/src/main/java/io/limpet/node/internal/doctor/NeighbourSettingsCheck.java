package io.limpet.node.internal.doctor;

import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Settings of the kernel that make ARP, neighbour discovery or filtering odd. */
final class NeighbourSettingsCheck implements Check {
  private static final String NAME = "sysctl";

  /**
   * One setting.
   *
   * @param path under {@code /proc/sys/net}, with {@code IF} for the interface
   * @param usual what it is on an untouched machine
   */
  private record Setting(
      String path, LongPredicate odd, boolean grave, String consequence, long usual) {}

  private static final List<Setting> SETTINGS =
      List.of(
          new Setting(
              "ipv4/conf/IF/arp_ignore",
              v -> v == 8,
              true,
              "this machine answers no ARP: nobody can reach it by IPv4 unicast",
              0),
          new Setting(
              "ipv4/conf/IF/arp_ignore",
              v -> v >= 2 && v < 8,
              false,
              "this machine answers the ARP of some peers only",
              0),
          new Setting(
              "ipv4/neigh/IF/mcast_solicit",
              v -> v == 0,
              true,
              "the kernel never asks for a MAC: unicast does not begin",
              3),
          new Setting(
              "ipv4/neigh/IF/ucast_solicit",
              v -> v == 0,
              false,
              "the kernel never verifies an entry by asking its owner",
              3),
          new Setting(
              "ipv4/neigh/IF/base_reachable_time_ms",
              v -> v > 120_000,
              false,
              "the kernel believes an entry for so many milliseconds: wrong ones live long",
              30_000),
          new Setting(
              "ipv4/neigh/IF/gc_stale_time",
              v -> v > 3_600,
              false,
              "the kernel keeps stale entries for so many seconds",
              60),
          new Setting(
              "ipv6/neigh/IF/mcast_solicit",
              v -> v == 0,
              true,
              "the kernel never asks for a MAC: IPv6 unicast does not begin",
              3));

  @Override
  public List<Finding> examine(Facts facts) {
    List<Finding> findings = new ArrayList<>();
    boolean crowded = sharesSubnet(facts.interfaces());
    for (Facts.Interface i : facts.interfaces()) {
      if (i.up()) {
        SETTINGS.forEach(setting -> examine(facts, i.name(), setting, findings));
        if (crowded) {
          together(facts, i.name(), findings);
        }
      }
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok(NAME, "ARP, neighbour discovery and rp_filter are set as usual"));
    }
    return findings;
  }

  private static void examine(Facts facts, String name, Setting setting, List<Finding> findings) {
    Long value = value(facts, setting.path(), name);
    // Of some settings the kernel takes the larger of the interface's own and that of all.
    Long all = setting.path().contains("/conf/") ? value(facts, setting.path(), "all") : null;
    if (all != null && (value == null || all > value)) {
      value = all;
    }
    if (value == null || !setting.odd().test(value)) {
      return;
    }
    String key = key(setting.path(), value.equals(all) ? "all" : name);
    String what = key + " is " + value + ": " + setting.consequence();
    String cure = "sysctl -w " + key + "=" + setting.usual();
    findings.add(
        setting.grave() ? Finding.problem(NAME, what, cure) : Finding.warning(NAME, what, cure));
  }

  /** Two interfaces in one subnet are what these two do not go with. */
  private static void together(Facts facts, String name, List<Finding> findings) {
    Long strict = value(facts, "ipv4/conf/IF/rp_filter", name);
    Long strictAll = value(facts, "ipv4/conf/IF/rp_filter", "all");
    long effective = Math.max(strict == null ? 0 : strict, strictAll == null ? 0 : strictAll);
    if (effective == 1) {
      findings.add(
          Finding.warning(
              NAME,
              "rp_filter is strict on "
                  + name
                  + ", and two interfaces share a subnet: the kernel"
                  + " drops what comes by the other one",
              "sysctl -w " + key("ipv4/conf/IF/rp_filter", name) + "=2"));
    }
    Long filter = value(facts, "ipv4/conf/IF/arp_filter", name);
    if (filter != null && filter == 1) {
      findings.add(
          Finding.warning(
              NAME,
              "arp_filter is on for "
                  + name
                  + ", and two interfaces share a subnet: only one of"
                  + " them answers ARP",
              "sysctl -w " + key("ipv4/conf/IF/arp_filter", name) + "=0"));
    }
  }

  private static boolean sharesSubnet(List<Facts.Interface> interfaces) {
    List<Facts.Interface> up = interfaces.stream().filter(Facts.Interface::up).toList();
    for (int i = 0; i < up.size(); i++) {
      for (int j = i + 1; j < up.size(); j++) {
        if (sharesSubnet(up.get(i), up.get(j))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean sharesSubnet(Facts.Interface one, Facts.Interface other) {
    for (Facts.Address a : one.addresses()) {
      for (Facts.Address b : other.addresses()) {
        if (a.ip() instanceof Inet4Address && b.ip() instanceof Inet4Address) {
          int bits = Math.min(a.prefixBits(), b.prefixBits());
          if (bits > 0 && number(a) >>> (32 - bits) == number(b) >>> (32 - bits)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static long number(Facts.Address address) {
    long number = 0;
    for (byte b : address.ip().getAddress()) {
      number = (number << 8) | (b & 0xff);
    }
    return number;
  }

  private static @Nullable Long value(Facts facts, String path, String name) {
    String text =
        facts.read("/proc/sys/net/" + path.replace("IF", name)).map(String::strip).orElse("");
    return text.matches("[0-9]{1,12}") ? Long.valueOf(text) : null;
  }

  /** As sysctl spells it: a dot in an interface's name becomes a slash. */
  private static String key(String path, String name) {
    return "net." + path.replace('/', '.').replace("IF", name.replace('.', '/'));
  }
}

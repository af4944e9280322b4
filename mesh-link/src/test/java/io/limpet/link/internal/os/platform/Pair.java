package io.limpet.link.internal.os.platform;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two namespaces, joined by a veth pair whose ends are both called {@code veth0}. */
final class Pair implements AutoCloseable {
  static final String A_IP = "10.77.0.1";
  static final String B_IP = "10.77.0.2";
  private static final Pattern MAC = Pattern.compile("link/ether ([0-9a-f:]{17})");

  final Namespace a;
  final Namespace b;
  private int macs;

  Pair(String role) {
    a = Namespace.create(role + "-a");
    b = Namespace.create(role + "-b");
    a.ip("link add veth0 type veth peer name veth0 netns " + b.name());
    a.ip("addr add " + A_IP + "/24 dev veth0");
    b.ip("addr add " + B_IP + "/24 dev veth0");
    a.ip("link set veth0 up");
    b.ip("link set veth0 up");
  }

  /** Returns the MAC of a namespace's end, with colons. */
  static String mac(Namespace of) {
    Matcher matcher = MAC.matcher(of.ip("-o link show veth0"));
    if (!matcher.find()) {
      throw new IllegalStateException("veth0 has no MAC");
    }
    return matcher.group(1);
  }

  /** Returns the scoped link-local address of a namespace's end, once it is usable. */
  static String linkLocal(Namespace of) {
    Matcher matcher =
        Pattern.compile("inet6 (fe80:[0-9a-f:]+)/")
            .matcher(of.ip("-o -6 addr show dev veth0 scope link -tentative"));
    return matcher.find() ? matcher.group(1) + "%veth0" : "";
  }

  /** Gives B's end a MAC that it never had; nobody is told. */
  String changeMacOfB() {
    String mac = String.format("02:11:22:33:44:%02x", ++macs);
    b.ip("link set veth0 address " + mac);
    return mac;
  }

  @Override
  public void close() {
    try (a) {
      b.close();
    }
  }
}

package io.limpet.rig.internal.bench.link;

import io.limpet.rig.RigDevice;
import io.limpet.rig.RigInterface;
import io.limpet.rig.internal.os.Commands;
import java.net.InetAddress;
import java.util.List;

/** Which addresses two devices have: one kind alone, so that no fault is got round by the other. */
public enum Family {
  /** IPv4. */
  IPV4("-6"),
  /** IPv6 link-local. */
  IPV6("-4");

  private final String other;

  Family(String other) {
    this.other = other;
  }

  /** Takes the other kind's addresses away; done before anything runs in the device. */
  void prepare(RigDevice device) {
    for (RigInterface each : device.interfaces()) {
      Commands.run(
          List.of("ip", "-n", device.namespace(), other, "addr", "flush", "dev", each.name()));
    }
  }

  /** Returns the address that an interface was given at first. */
  InetAddress address(RigInterface of) {
    return this == IPV4 ? of.ipv4() : of.ipv6LinkLocal();
  }

  /** Returns an address with the length of its network's prefix. */
  String withPrefix(InetAddress address) {
    return literal(address) + (this == IPV4 ? "/24 brd +" : "/64 nodad");
  }

  /** Returns an address as {@code ip} writes it, without a scope. */
  static String literal(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}

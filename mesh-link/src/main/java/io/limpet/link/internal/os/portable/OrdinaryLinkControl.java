package io.limpet.link.internal.os.portable;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.NeighbourState;
import io.limpet.link.internal.os.NetworkMonitor;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What any user can do: make the own kernel resolve, by sending a datagram. Confined to the link's
 * event loop.
 */
public final class OrdinaryLinkControl implements LinkControl {
  private final NetworkMonitor monitor;
  private final DatagramProbe probe;
  private final UnusedAddressPicker picker;

  /** Makes a control that learns prefixes and entries from a monitor. */
  public OrdinaryLinkControl(NetworkMonitor monitor, DatagramProbe probe, RandomGenerator random) {
    this.monitor = monitor;
    this.probe = probe;
    this.picker = new UnusedAddressPicker(random);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of();
  }

  @Override
  public Outcome replaceNeighbour(LinkInterface on, InetAddress ip, Bytes mac) {
    return lacks("writing neighbour entries", "CAP_NET_ADMIN");
  }

  @Override
  public Outcome flushNeighbour(LinkInterface on, InetAddress ip) {
    return lacks("writing neighbour entries", "CAP_NET_ADMIN");
  }

  @Override
  public Outcome probeNeighbour(LinkInterface on, InetAddress ip) {
    return lacks("writing neighbour entries", "CAP_NET_ADMIN");
  }

  @Override
  public Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress ip) {
    return lacks("sending link-layer frames", "CAP_NET_RAW");
  }

  @Override
  public Outcome announce(LinkInterface on, InetAddress ownIp) {
    return lacks("sending link-layer frames", "CAP_NET_RAW");
  }

  @Override
  public Outcome provokeRequest(LinkInterface on, InetAddress ownIp) {
    if (!(ownIp instanceof Inet4Address own)) {
      // RFC 4861, 7.2.3: a solicitation for an address that is not the receiver's own is discarded
      // before its source address option is looked at.
      return new Outcome(false, "IPv6 peers learn nothing from a solicitation for another address");
    }
    int prefixLength = monitor.detail(on.index()).prefixLength(own);
    Optional<Inet4Address> unused = picker.pick(own, prefixLength, ip -> isTaken(on, ip));
    if (unused.isEmpty()) {
      return new Outcome(
          false, "no unused address beside " + own.getHostAddress() + "/" + prefixLength);
    }
    InetAddress target = unused.get();
    return send(
        on, own, target, "asked for unused " + target.getHostAddress() + " to show our mapping");
  }

  @Override
  public Outcome nudge(LinkInterface on, InetAddress ip) {
    return send(on, null, ip, "sent a datagram to " + ip.getHostAddress() + " to have it resolved");
  }

  @Override
  public void close() {}

  private boolean isTaken(LinkInterface on, InetAddress ip) {
    // The kernel asks at once for an address whose last resolution failed, so that such a one will
    // do.
    return monitor
            .neighbour(on.index(), ip)
            .filter(entry -> entry.state() != NeighbourState.FAILED)
            .isPresent()
        || monitor.interfaces().stream().anyMatch(one -> one.addresses().contains(ip));
  }

  private Outcome send(
      LinkInterface on, @Nullable InetAddress source, InetAddress destination, String detail) {
    try {
      probe.send(on, source, destination);
      return new Outcome(true, detail);
    } catch (IOException | RuntimeException e) {
      return new Outcome(
          false, "no datagram to " + destination.getHostAddress() + ": " + e.getMessage());
    }
  }

  private static Outcome lacks(String what, String capability) {
    return new Outcome(false, what + " needs " + capability);
  }
}

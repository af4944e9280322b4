package io.limpet.link.internal.os;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import java.net.InetAddress;
import java.util.Set;

/** For a link without a kernel behind it: there is nothing to repair. Immutable. */
public final class NoControl implements LinkControl {
  private final Outcome nothing;

  /** Makes a control that answers everything with this reason. */
  public NoControl(String reason) {
    nothing = new Outcome(false, reason);
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of();
  }

  @Override
  public Outcome replaceNeighbour(LinkInterface on, InetAddress ip, Bytes mac) {
    return nothing;
  }

  @Override
  public Outcome flushNeighbour(LinkInterface on, InetAddress ip) {
    return nothing;
  }

  @Override
  public Outcome probeNeighbour(LinkInterface on, InetAddress ip) {
    return nothing;
  }

  @Override
  public Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress ip) {
    return nothing;
  }

  @Override
  public Outcome announce(LinkInterface on, InetAddress ownIp) {
    return nothing;
  }

  @Override
  public Outcome provokeRequest(LinkInterface on, InetAddress ownIp) {
    return nothing;
  }

  @Override
  public Outcome nudge(LinkInterface on, InetAddress ip) {
    return nothing;
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}

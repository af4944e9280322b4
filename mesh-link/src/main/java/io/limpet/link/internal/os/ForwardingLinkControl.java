package io.limpet.link.internal.os;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.LinkPrivileges;
import io.limpet.link.MeshAddress;
import java.net.InetAddress;
import java.util.Set;

/** Leaves everything to another control, which is closed with this. */
public abstract class ForwardingLinkControl implements LinkControl {
  /** Does what is not overridden. */
  protected final LinkControl next;

  /** Makes a control in front of another. */
  protected ForwardingLinkControl(LinkControl next) {
    this.next = next;
  }

  @Override
  public Set<Capability> capabilities() {
    return next.capabilities();
  }

  @Override
  public Set<Capability> capabilities(LinkInterface on) {
    return next.capabilities(on);
  }

  @Override
  public LinkPrivileges privileges() {
    return next.privileges();
  }

  @Override
  public void listen(Runnable onNews) {
    next.listen(onNews);
  }

  @Override
  public Outcome replaceNeighbour(LinkInterface on, InetAddress ip, Bytes mac) {
    return next.replaceNeighbour(on, ip, mac);
  }

  @Override
  public Outcome flushNeighbour(LinkInterface on, InetAddress ip) {
    return next.flushNeighbour(on, ip);
  }

  @Override
  public Outcome probeNeighbour(LinkInterface on, InetAddress ip) {
    return next.probeNeighbour(on, ip);
  }

  @Override
  public Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress ip) {
    return next.requestNeighbour(on, ownIp, ip);
  }

  @Override
  public Outcome announce(LinkInterface on, InetAddress ownIp) {
    return next.announce(on, ownIp);
  }

  @Override
  public Outcome provokeRequest(LinkInterface on, InetAddress ownIp) {
    return next.provokeRequest(on, ownIp);
  }

  @Override
  public Outcome nudge(LinkInterface on, InetAddress ip) {
    return next.nudge(on, ip);
  }

  @Override
  public Outcome runSiteHook(LinkInterface on, InetAddress ip, Bytes mac, MeshAddress peer) {
    return next.runSiteHook(on, ip, mac, peer);
  }

  @Override
  public void close() {
    next.close();
  }
}

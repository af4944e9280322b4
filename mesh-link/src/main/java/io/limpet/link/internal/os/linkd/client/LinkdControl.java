package io.limpet.link.internal.os.linkd.client;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.LinkPrivileges;
import io.limpet.link.LinkPrivileges.Operation;
import io.limpet.link.LinkPrivileges.Way;
import io.limpet.link.MeshAddress;
import io.limpet.link.internal.os.ForwardingLinkControl;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.linkd.wire.LinkdMessage;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Has the helper daemon do what this process may not, and leaves everything else, and everything
 * while no daemon is there, to another control. Confined to the link's event loop, which it never
 * blocks: what is asked is "asked linkd" at once, and its real outcome comes later.
 */
public final class LinkdControl extends ForwardingLinkControl {
  private final LinkdConnection connection;
  private Runnable onNews = () -> {};

  /**
   * Looks for the daemon, now and again and again.
   *
   * @param next does what needs no daemon; closed with this
   */
  public LinkdControl(LinkControl next, EventLoop eventLoop, Path socket) {
    super(next);
    this.connection = new LinkdConnection(eventLoop, socket, () -> onNews.run());
    eventLoop.execute(connection::connect);
  }

  @Override
  public void listen(Runnable listener) {
    onNews = listener;
    super.listen(listener);
  }

  @Override
  public Set<Capability> capabilities() {
    return with(next.capabilities(), connection.granted());
  }

  @Override
  public Set<Capability> capabilities(LinkInterface on) {
    Set<Capability> own = next.capabilities(on);
    return connection.interfaces().contains(on.name()) ? with(own, connection.granted()) : own;
  }

  private static Set<Capability> with(Set<Capability> own, Set<Operation> granted) {
    Set<Capability> all = EnumSet.noneOf(Capability.class);
    all.addAll(own);
    if (granted.contains(Operation.WRITE_NEIGHBOURS)) {
      all.add(Capability.WRITE_NEIGHBOURS);
    }
    if (granted.contains(Operation.SEND_ARP)) {
      all.add(Capability.SEND_ARP);
    }
    if (granted.contains(Operation.SITE_HOOK)) {
      all.add(Capability.SITE_HOOK);
    }
    return all;
  }

  @Override
  public LinkPrivileges privileges() {
    return next.privileges().and(connection.granted(), Way.LINKD, connection.state());
  }

  @Override
  public Outcome replaceNeighbour(LinkInterface on, InetAddress ip, Bytes mac) {
    return mustAsk(on, Capability.WRITE_NEIGHBOURS)
        ? ask(id -> new LinkdMessage.Replace(id, on.name(), ip, mac))
        : next.replaceNeighbour(on, ip, mac);
  }

  @Override
  public Outcome flushNeighbour(LinkInterface on, InetAddress ip) {
    return mustAsk(on, Capability.WRITE_NEIGHBOURS)
        ? ask(id -> new LinkdMessage.Flush(id, on.name(), ip))
        : next.flushNeighbour(on, ip);
  }

  @Override
  public Outcome probeNeighbour(LinkInterface on, InetAddress ip) {
    return mustAsk(on, Capability.WRITE_NEIGHBOURS)
        ? ask(id -> new LinkdMessage.Probe(id, on.name(), ip))
        : next.probeNeighbour(on, ip);
  }

  @Override
  public Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress ip) {
    return mustAsk(on, Capability.SEND_ARP)
        ? ask(id -> new LinkdMessage.Solicit(id, on.name(), ownIp, ip))
        : next.requestNeighbour(on, ownIp, ip);
  }

  @Override
  public Outcome announce(LinkInterface on, InetAddress ownIp) {
    return mustAsk(on, Capability.SEND_ARP)
        ? ask(id -> new LinkdMessage.Announce(id, on.name(), ownIp))
        : next.announce(on, ownIp);
  }

  @Override
  public Outcome runSiteHook(LinkInterface on, InetAddress ip, Bytes mac, MeshAddress peer) {
    return mustAsk(on, Capability.SITE_HOOK)
        ? ask(id -> new LinkdMessage.RunHook(id, on.name(), ip, mac, peer))
        : next.runSiteHook(on, ip, mac, peer);
  }

  private boolean mustAsk(LinkInterface on, Capability capability) {
    return !next.capabilities(on).contains(capability) && capabilities(on).contains(capability);
  }

  private Outcome ask(IntFunction<LinkdMessage.Request> request) {
    return connection.ask(request);
  }

  @Override
  public void close() {
    connection.close();
    super.close();
  }
}

package io.limpet.link.internal.runtime;

import io.limpet.link.Bytes;
import io.limpet.link.LinkConfig;
import io.limpet.link.LinkInterface;
import io.limpet.link.VirtualRadio;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import io.limpet.link.internal.os.platform.OsLinks;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A virtual radio as the only interface that there is; nothing of the machine is touched. */
final class RadioUnderlay implements Underlay {
  private static final int INTERFACE_INDEX = 1;

  private final VirtualRadio radio;

  RadioUnderlay(VirtualRadio radio) {
    this.radio = radio;
  }

  @Override
  public OsLinks openLinks(EventLoop loop, LinkConfig config) {
    LinkInterface nif =
        new LinkInterface(
            INTERFACE_INDEX,
            radio.name(),
            radio.mac(),
            List.of(radio.address()),
            true,
            true,
            radio.mtuBytes());
    return new OsLinks(new OneInterface(nif), new NoControl());
  }

  @Override
  public InterfacePorts newPorts(EventLoop loop, CarrierPort.Listener listener, int groupPort) {
    return new RadioPorts(loop, listener, groupPort, INTERFACE_INDEX, radio);
  }

  /** An interface that never changes. */
  private record OneInterface(LinkInterface nif) implements NetworkMonitor {
    @Override
    public void start(Listener listener) {
      // Nothing ever changes.
    }

    @Override
    public List<LinkInterface> interfaces() {
      return List.of(nif);
    }

    @Override
    public Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress ip) {
      return Optional.empty();
    }

    @Override
    public boolean seesNeighbours() {
      return false;
    }

    @Override
    public void close() {
      // Nothing was opened.
    }
  }

  /** Without a kernel there is nothing to repair. */
  private static final class NoControl implements LinkControl {
    private static final Outcome NOTHING = new Outcome(false, "a virtual radio has no kernel");

    @Override
    public Set<Capability> capabilities() {
      return Set.of();
    }

    @Override
    public Outcome replaceNeighbour(LinkInterface on, InetAddress ip, Bytes mac) {
      return NOTHING;
    }

    @Override
    public Outcome flushNeighbour(LinkInterface on, InetAddress ip) {
      return NOTHING;
    }

    @Override
    public Outcome probeNeighbour(LinkInterface on, InetAddress ip) {
      return NOTHING;
    }

    @Override
    public Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress ip) {
      return NOTHING;
    }

    @Override
    public Outcome announce(LinkInterface on, InetAddress ownIp) {
      return NOTHING;
    }

    @Override
    public Outcome provokeRequest(LinkInterface on, InetAddress ownIp) {
      return NOTHING;
    }

    @Override
    public Outcome nudge(LinkInterface on, InetAddress ip) {
      return NOTHING;
    }

    @Override
    public void close() {
      // Nothing was opened.
    }
  }
}

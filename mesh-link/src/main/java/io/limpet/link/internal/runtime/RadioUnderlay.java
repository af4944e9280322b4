package io.limpet.link.internal.runtime;

import io.limpet.link.LinkConfig;
import io.limpet.link.LinkInterface;
import io.limpet.link.VirtualRadio;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import io.limpet.link.internal.os.NoControl;
import io.limpet.link.internal.os.platform.OsLinks;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

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
    return new OsLinks(new OneInterface(nif), new NoControl("a virtual radio has no kernel"));
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
}

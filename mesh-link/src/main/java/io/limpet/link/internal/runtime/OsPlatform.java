package io.limpet.link.internal.runtime;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkControl;
import io.limpet.link.internal.os.LinkControl.Outcome;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import io.netty.channel.EventLoop;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The machine that this runs on. */
final class OsPlatform implements Platform {
  @Override
  public NetworkMonitor monitor(EventLoop loop) {
    return new NetworkMonitor() {
      @Override
      public void start(Listener listener) {}

      @Override
      public List<LinkInterface> interfaces() {
        List<LinkInterface> all = new ArrayList<>();
        try {
          for (NetworkInterface nif : NetworkInterface.networkInterfaces().toList()) {
            byte[] mac = nif.getHardwareAddress();
            List<InetAddress> addresses = new ArrayList<>();
            for (InetAddress address : nif.inetAddresses().toList()) {
              if (!(address instanceof Inet6Address) || address.isLinkLocalAddress()) {
                addresses.add(address);
              }
            }
            all.add(
                new LinkInterface(
                    nif.getIndex(),
                    nif.getName(),
                    mac == null ? null : Bytes.of(mac),
                    addresses,
                    nif.isUp() && !nif.isLoopback(),
                    nif.supportsMulticast(),
                    nif.getMTU()));
          }
        } catch (SocketException e) {
          throw new IllegalStateException(e);
        }
        return all;
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
      public void close() {}
    };
  }

  @Override
  public LinkControl control(EventLoop loop, boolean privileged) {
    Outcome no = new Outcome(false, "not built");
    return new LinkControl() {
      @Override
      public Set<Capability> capabilities() {
        return Set.of();
      }

      @Override
      public Outcome replaceNeighbour(LinkInterface on, InetAddress ip, Bytes mac) {
        return no;
      }

      @Override
      public Outcome flushNeighbour(LinkInterface on, InetAddress ip) {
        return no;
      }

      @Override
      public Outcome probeNeighbour(LinkInterface on, InetAddress ip) {
        return no;
      }

      @Override
      public Outcome requestNeighbour(LinkInterface on, InetAddress ownIp, InetAddress ip) {
        return no;
      }

      @Override
      public Outcome announce(LinkInterface on, InetAddress ownIp) {
        return no;
      }

      @Override
      public Outcome provokeRequest(LinkInterface on, InetAddress ownIp) {
        return no;
      }

      @Override
      public Outcome nudge(LinkInterface on, InetAddress ip) {
        return no;
      }

      @Override
      public void close() {}
    };
  }
}

package io.limpet.link.internal.os.portable;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkDetail;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches interfaces by asking the JDK once a period, on machines without netlink. Sees no
 * neighbours. Confined to the event loop.
 */
public final class PollingMonitor implements NetworkMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(PollingMonitor.class);

  private final EventLoop eventLoop;
  private final long periodNs;
  private final NetworkTable table = new NetworkTable();
  private @Nullable ScheduledFuture<?> schedule;

  /** Makes a monitor that asks once a period. */
  public PollingMonitor(EventLoop eventLoop, long periodNs) {
    this.eventLoop = eventLoop;
    this.periodNs = periodNs;
  }

  @Override
  public void start(Listener listener) {
    poll();
    table.listen(listener);
    schedule =
        eventLoop.scheduleWithFixedDelay(this::poll, periodNs, periodNs, TimeUnit.NANOSECONDS);
  }

  @Override
  public List<LinkInterface> interfaces() {
    return table.interfaces();
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
  public LinkDetail detail(int interfaceIndex) {
    return table.detail(interfaceIndex);
  }

  @Override
  public void close() {
    table.listen(null);
    if (schedule != null) {
      schedule.cancel(false);
    }
  }

  private void poll() {
    List<NetworkInterface> all;
    try {
      all = Collections.list(NetworkInterface.getNetworkInterfaces());
    } catch (SocketException e) {
      LOG.debug("interfaces cannot be listed now", e);
      return;
    }
    Set<Integer> present = new HashSet<>();
    for (NetworkInterface one : all) {
      // The JDK does not know the index of every interface; without one nothing can be bound.
      if (one.getIndex() > 0 && take(one)) {
        present.add(one.getIndex());
      }
    }
    table.retain(present);
  }

  private boolean take(NetworkInterface one) {
    try {
      byte[] mac = one.getHardwareAddress();
      List<InetAddress> addresses = new ArrayList<>();
      Map<InetAddress, Integer> prefixLengths = new HashMap<>();
      for (InterfaceAddress address : one.getInterfaceAddresses()) {
        InetAddress ip = scoped(address.getAddress(), one.getIndex());
        if (!(ip instanceof Inet6Address) || ip.isLinkLocalAddress()) {
          addresses.add(ip);
        }
        prefixLengths.put(ip, (int) address.getNetworkPrefixLength());
      }
      table.put(
          new LinkInterface(
              one.getIndex(),
              one.getName(),
              mac == null || mac.length != 6 ? null : Bytes.of(mac),
              List.copyOf(addresses),
              one.isUp(),
              one.supportsMulticast(),
              Math.max(0, one.getMTU())),
          new LinkDetail(one.isLoopback(), one.isPointToPoint(), null, prefixLengths));
      return true;
    } catch (SocketException e) {
      // It vanished between the listing and these questions.
      return false;
    }
  }

  private static InetAddress scoped(InetAddress address, int index) {
    if (!(address instanceof Inet6Address) || !address.isLinkLocalAddress()) {
      return address;
    }
    try {
      return Inet6Address.getByAddress(null, address.getAddress(), index);
    } catch (UnknownHostException e) {
      return address;
    }
  }
}

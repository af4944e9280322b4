package io.limpet.link.internal.os.poll;

import io.limpet.link.Bytes;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interfaces by looking once a second, where there is no netlink; neighbour entries cannot be seen
 * this way. Confined to the link's event loop, apart from {@link #start}.
 */
public final class PollingMonitor implements NetworkMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(PollingMonitor.class);
  private static final long LOOK_EVERY_MS = 1_000;

  private final EventLoop eventLoop;
  private Map<Integer, LinkInterface> known = new LinkedHashMap<>();
  private @Nullable ScheduledFuture<?> looking;

  /** Looks on this loop's schedule. */
  public PollingMonitor(EventLoop eventLoop) {
    this.eventLoop = eventLoop;
  }

  @Override
  public void start(Listener listener) {
    known = look();
    looking =
        eventLoop.scheduleWithFixedDelay(
            () -> compare(listener), LOOK_EVERY_MS, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
  }

  private void compare(Listener listener) {
    Map<Integer, LinkInterface> before = known;
    known = look();
    for (LinkInterface gone : before.values()) {
      if (!known.containsKey(gone.index())) {
        listener.onInterfaceRemoved(gone.index(), gone.name());
      }
    }
    for (LinkInterface now : known.values()) {
      LinkInterface then = before.get(now.index());
      if (now.equals(then)) {
        continue;
      }
      List<InetAddress> old = then == null ? List.of() : then.addresses();
      for (InetAddress address : old) {
        if (!now.addresses().contains(address)) {
          listener.onAddressRemoved(now.index(), address);
        }
      }
      for (InetAddress address : now.addresses()) {
        if (!old.contains(address)) {
          listener.onAddressAdded(now.index(), address);
        }
      }
      listener.onInterfaceChanged(now);
    }
  }

  private static Map<Integer, LinkInterface> look() {
    Map<Integer, LinkInterface> found = new LinkedHashMap<>();
    try {
      NetworkInterface.networkInterfaces()
          .forEach(
              i -> {
                LinkInterface seen = read(i);
                if (seen != null) {
                  found.put(seen.index(), seen);
                }
              });
    } catch (SocketException e) {
      LOG.warn("the interfaces cannot be read: {}", e.getMessage());
    }
    return found;
  }

  private static @Nullable LinkInterface read(NetworkInterface i) {
    try {
      byte[] mac = i.getHardwareAddress();
      List<InetAddress> addresses = new ArrayList<>();
      i.inetAddresses()
          .filter(a -> a.getAddress().length == 4 || a.isLinkLocalAddress())
          .forEach(addresses::add);
      return new LinkInterface(
          i.getIndex(),
          i.getName(),
          mac == null || mac.length != 6 ? null : Bytes.of(mac),
          List.copyOf(addresses),
          i.isUp(),
          i.supportsMulticast() && !i.isLoopback(),
          i.getMTU());
    } catch (SocketException e) {
      // It vanished while it was looked at.
      return null;
    }
  }

  @Override
  public List<LinkInterface> interfaces() {
    return List.copyOf(known.values());
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
    ScheduledFuture<?> task = looking;
    if (task != null) {
      task.cancel(false);
    }
  }
}

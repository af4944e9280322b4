package io.limpet.link.internal.os.portable;

import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.LinkDetail;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a monitor knows now; tells its listener of every difference, and only of differences. Does
 * no I/O; not thread-safe.
 *
 * <p>State is changed before the listener hears of it. An interface that appears is told before its
 * addresses, one that vanishes after them.
 */
public final class NetworkTable {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkTable.class);

  private final Map<Integer, Known> interfaces = new TreeMap<>();
  private final Map<NeighbourKey, NeighbourEntry> neighbours = new LinkedHashMap<>();
  private NetworkMonitor.@Nullable Listener listener;

  private record Known(LinkInterface face, LinkDetail detail) {}

  private record NeighbourKey(int interfaceIndex, InetAddress ip) {}

  /** From now on tells a listener, or nobody. */
  public void listen(NetworkMonitor.@Nullable Listener to) {
    listener = to;
  }

  /** Returns all interfaces by index. */
  public List<LinkInterface> interfaces() {
    return interfaces.values().stream().map(Known::face).toList();
  }

  /** Returns all neighbour entries. */
  public List<NeighbourEntry> neighbours() {
    return List.copyOf(neighbours.values());
  }

  /** Returns the newest known entry. */
  public Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress ip) {
    return Optional.ofNullable(neighbours.get(new NeighbourKey(interfaceIndex, ip)));
  }

  /** Returns what is known of an interface. */
  public LinkDetail detail(int interfaceIndex) {
    Known known = interfaces.get(interfaceIndex);
    return known == null ? LinkDetail.UNKNOWN : known.detail();
  }

  /** Takes the newest state of an interface. */
  public void put(LinkInterface now, LinkDetail detail) {
    Known before = interfaces.put(now.index(), new Known(now, detail));
    if (before != null && before.face().equals(now)) {
      return;
    }
    tell(to -> to.onInterfaceChanged(now));
    List<InetAddress> old = before == null ? List.of() : before.face().addresses();
    for (InetAddress address : old) {
      if (!now.addresses().contains(address)) {
        tell(to -> to.onAddressRemoved(now.index(), address));
      }
    }
    for (InetAddress address : now.addresses()) {
      if (!old.contains(address)) {
        tell(to -> to.onAddressAdded(now.index(), address));
      }
    }
  }

  /** Forgets an interface and its neighbours. */
  public void remove(int interfaceIndex) {
    for (NeighbourEntry entry : neighbours()) {
      if (entry.interfaceIndex() == interfaceIndex) {
        removeNeighbour(interfaceIndex, entry.ip());
      }
    }
    Known gone = interfaces.remove(interfaceIndex);
    if (gone != null) {
      for (InetAddress address : gone.face().addresses()) {
        tell(to -> to.onAddressRemoved(interfaceIndex, address));
      }
      tell(to -> to.onInterfaceRemoved(interfaceIndex, gone.face().name()));
    }
  }

  /** Forgets every interface that is not among these. */
  public void retain(Set<Integer> indexes) {
    for (int index : new ArrayList<>(interfaces.keySet())) {
      if (!indexes.contains(index)) {
        remove(index);
      }
    }
  }

  /** Takes the newest state of a neighbour entry. */
  public void putNeighbour(NeighbourEntry entry) {
    NeighbourKey key = new NeighbourKey(entry.interfaceIndex(), entry.ip());
    if (!entry.equals(neighbours.put(key, entry))) {
      tell(to -> to.onNeighbourChanged(entry));
    }
  }

  /** Forgets a neighbour entry. */
  public void removeNeighbour(int interfaceIndex, InetAddress ip) {
    if (neighbours.remove(new NeighbourKey(interfaceIndex, ip)) != null) {
      tell(to -> to.onNeighbourRemoved(interfaceIndex, ip));
    }
  }

  /** Takes a whole neighbour table in place of the one known. */
  public void replaceNeighbours(List<NeighbourEntry> entries) {
    Set<NeighbourKey> present = new HashSet<>();
    for (NeighbourEntry entry : entries) {
      present.add(new NeighbourKey(entry.interfaceIndex(), entry.ip()));
      putNeighbour(entry);
    }
    for (NeighbourKey key : new ArrayList<>(neighbours.keySet())) {
      if (!present.contains(key)) {
        removeNeighbour(key.interfaceIndex(), key.ip());
      }
    }
  }

  private void tell(Consumer<NetworkMonitor.Listener> what) {
    NetworkMonitor.Listener to = listener;
    if (to == null) {
      return;
    }
    try {
      what.accept(to);
    } catch (RuntimeException e) {
      // The rest of a batch must not be lost to one failing listener.
      LOG.warn("a listener of the network monitor failed", e);
    }
  }
}

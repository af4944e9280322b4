package io.limpet.link.internal.os;

import io.limpet.link.LinkInterface;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Interfaces, addresses and neighbour entries as they are and as they change. Confined to the
 * link's event loop. Needs no privilege.
 */
public interface NetworkMonitor extends AutoCloseable {
  /**
   * Starts watching. What exists is in {@link #interfaces()} when this returns; changes from then
   * on go to the listener.
   */
  void start(Listener listener);

  /** Returns all interfaces, also those that are down. */
  List<LinkInterface> interfaces();

  /** Returns the newest known entry. */
  Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress ip);

  /** Says whether neighbour entries can be seen at all (netlink), or not (a poller). */
  boolean seesNeighbours();

  /** Returns what is known of an interface beyond its {@link LinkInterface}. */
  default LinkDetail detail(int interfaceIndex) {
    return LinkDetail.UNKNOWN;
  }

  @Override
  void close();

  /** Hears changes, on the event loop. */
  interface Listener {
    /** An interface appeared, or anything of it changed (flags, MAC, MTU, addresses). */
    void onInterfaceChanged(LinkInterface now);

    /** An interface vanished. */
    void onInterfaceRemoved(int interfaceIndex, String name);

    /** An address was added to an interface. */
    void onAddressAdded(int interfaceIndex, InetAddress address);

    /** An address was removed from an interface. */
    void onAddressRemoved(int interfaceIndex, InetAddress address);

    /** A neighbour entry appeared or changed. */
    void onNeighbourChanged(NeighbourEntry entry);

    /** A neighbour entry vanished. */
    void onNeighbourRemoved(int interfaceIndex, InetAddress ip);
  }
}

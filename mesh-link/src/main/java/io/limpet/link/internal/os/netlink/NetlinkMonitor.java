package io.limpet.link.internal.os.netlink;

import com.sun.jna.LastErrorException;
import io.limpet.link.LinkInterface;
import io.limpet.link.internal.os.NeighbourEntry;
import io.limpet.link.internal.os.NetworkMonitor;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interfaces, addresses and neighbour entries as the kernel tells them over rtnetlink. Confined to
 * the link's event loop, apart from {@link #start}. Needs no privilege.
 */
public final class NetlinkMonitor implements NetworkMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(NetlinkMonitor.class);

  /** RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR as bits. */
  private static final int GROUPS = 0x1 | 0x4 | 0x10 | 0x100;

  /** A kernel's tables may be large on a router; a laptop's are not. */
  private static final int MAX_NEIGHBOURS = 4096;

  private static final long DUMP_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);

  private record NeighbourKey(int interfaceIndex, InetAddress ip) {}

  private final NetlinkSocket socket;
  private final DescriptorPump pump;
  private final Map<Integer, KernelInterface> interfaces = new LinkedHashMap<>();
  private final Map<NeighbourKey, NeighbourEntry> neighbours = new HashMap<>();
  private @Nullable Listener listener;
  private int awaitedSequence;
  private boolean awaiting;

  /**
   * Watches by a socket that a pump drives.
   *
   * @param pump calls back on the event loop when the socket has something to read
   */
  public NetlinkMonitor(DescriptorPump pump) {
    this.socket = new NetlinkSocket(GROUPS);
    this.pump = pump;
  }

  @Override
  public void start(Listener newListener) {
    dumpAll();
    listener = newListener;
    pump.start(socket.fd(), this::onReadable);
  }

  private void dumpAll() {
    for (int type :
        new int[] {NetlinkCodec.RTM_GETLINK, NetlinkCodec.RTM_GETADDR, NetlinkCodec.RTM_GETNEIGH}) {
      awaitedSequence = socket.nextSequence();
      awaiting = true;
      socket.send(NetlinkCodec.dump(type, awaitedSequence));
      long deadlineNs = System.nanoTime() + DUMP_TIMEOUT_NS;
      while (awaiting && System.nanoTime() - deadlineNs < 0) {
        if (!socket.receive(this::onMessage)) {
          // The kernel fills the next part of a dump when the last was read: this is rare.
          LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
      }
    }
  }

  private void onReadable() {
    try {
      while (socket.receive(this::onMessage)) {
        // Until there is nothing more.
      }
    } catch (LastErrorException e) {
      if (e.getErrorCode() != NetlinkSocket.ENOBUFS) {
        LOG.warn("netlink cannot be read: errno {}", e.getErrorCode());
        return;
      }
      resynchronise();
    }
  }

  /** Messages were lost: forgets the neighbours and asks for everything again. */
  private void resynchronise() {
    neighbours.clear();
    try {
      dumpAll();
    } catch (LastErrorException e) {
      LOG.warn("netlink cannot be read again: errno {}", e.getErrorCode());
    }
  }

  private void onMessage(NetlinkMessage message) {
    if (message instanceof NetlinkMessage.Link link) {
      onLink(link);
    } else if (message instanceof NetlinkMessage.LinkGone gone) {
      onLinkGone(gone.index());
    } else if (message instanceof NetlinkMessage.Address address) {
      onAddress(address);
    } else if (message instanceof NetlinkMessage.AddressGone gone) {
      onAddressGone(gone.interfaceIndex(), gone.address());
    } else if (message instanceof NetlinkMessage.Neighbour neighbour) {
      onNeighbour(neighbour.entry());
    } else if (message instanceof NetlinkMessage.NeighbourGone gone) {
      neighbours.remove(new NeighbourKey(gone.interfaceIndex(), gone.ip()));
      if (listener != null) {
        listener.onNeighbourRemoved(gone.interfaceIndex(), gone.ip());
      }
    } else if (message instanceof NetlinkMessage.Done done && done.sequence() == awaitedSequence) {
      awaiting = false;
    } else if (message instanceof NetlinkMessage.Acknowledgement answer
        && answer.sequence() == awaitedSequence) {
      awaiting = false;
    }
  }

  private void onLink(NetlinkMessage.Link link) {
    KernelInterface known =
        interfaces.computeIfAbsent(link.index(), index -> new KernelInterface());
    if (known.update(link)) {
      changed(known);
    }
  }

  private void onLinkGone(int index) {
    KernelInterface gone = interfaces.remove(index);
    neighbours.keySet().removeIf(key -> key.interfaceIndex() == index);
    if (gone != null && listener != null) {
      listener.onInterfaceRemoved(index, gone.snapshot().name());
    }
  }

  private void onAddress(NetlinkMessage.Address address) {
    KernelInterface on = interfaces.get(address.interfaceIndex());
    if (on == null || !isOfUse(address.address())) {
      return;
    }
    if (!address.usable()) {
      onAddressGone(address.interfaceIndex(), address.address());
    } else if (on.addAddress(address.address(), address.prefixLengthBits())) {
      if (listener != null) {
        listener.onAddressAdded(address.interfaceIndex(), address.address());
      }
      changed(on);
    }
  }

  private void onAddressGone(int interfaceIndex, InetAddress address) {
    KernelInterface on = interfaces.get(interfaceIndex);
    if (on != null && on.removeAddress(address)) {
      if (listener != null) {
        listener.onAddressRemoved(interfaceIndex, address);
      }
      changed(on);
    }
  }

  /** Of IPv6 only link-local addresses carry the mesh. */
  private static boolean isOfUse(InetAddress address) {
    return address.getAddress().length == 4 || address.isLinkLocalAddress();
  }

  private void onNeighbour(NeighbourEntry entry) {
    NeighbourKey key = new NeighbourKey(entry.interfaceIndex(), entry.ip());
    if (neighbours.size() >= MAX_NEIGHBOURS && !neighbours.containsKey(key)) {
      return;
    }
    NeighbourEntry before = neighbours.put(key, entry);
    if (listener != null && !entry.equals(before)) {
      listener.onNeighbourChanged(entry);
    }
  }

  private void changed(KernelInterface on) {
    if (listener != null) {
      listener.onInterfaceChanged(on.snapshot());
    }
  }

  @Override
  public List<LinkInterface> interfaces() {
    List<LinkInterface> all = new ArrayList<>();
    interfaces.values().forEach(known -> all.add(known.snapshot()));
    return all;
  }

  @Override
  public Optional<NeighbourEntry> neighbour(int interfaceIndex, InetAddress ip) {
    return Optional.ofNullable(neighbours.get(new NeighbourKey(interfaceIndex, ip)));
  }

  @Override
  public int prefixLengthBits(int interfaceIndex, InetAddress own) {
    KernelInterface on = interfaces.get(interfaceIndex);
    Integer known = on == null ? null : on.prefixLengthBits(own);
    return known == null ? NetworkMonitor.super.prefixLengthBits(interfaceIndex, own) : known;
  }

  @Override
  public boolean seesNeighbours() {
    return true;
  }

  @Override
  public void close() {
    listener = null;
    pump.close();
    socket.close();
  }
}

package io.limpet.link.internal.engine;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshGroups.GroupKey;
import io.limpet.link.SendOutcome;
import io.limpet.link.internal.group.GroupReject;
import io.limpet.link.internal.group.GroupSeals;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said to groups, and heard of them. Confined to the engine's thread.
 *
 * <p>It is no evidence for paths or for who is there: any holder of a group's key could have sealed
 * it in the name of another.
 */
public final class GroupExchange {
  /** The audience is looked at so often, not for each datagram of a burst. */
  private static final long LOOK_NS = 250_000_000L;

  private final EngineContext context;
  private final Audience audience;
  private final GroupSeals seals;
  private final GroupSeals.Senders heard;
  private final Map<Integer, Chosen> chosen = new HashMap<>();

  /** The carriers of an interface, as it was then. */
  private record Chosen(LinkPort port, List<Carrier> carriers, long atNs) {}

  /** Those whose signed hello was heard: it says in which epoch they are. */
  private record Heard(PeerTable peers) implements GroupSeals.Senders {
    @Override
    public @Nullable MeshAddress named(long low) {
      Peer peer = peers.find(low);
      return peer == null || peer.info() == null ? null : peer.address();
    }

    @Override
    public long epochOf(MeshAddress address) {
      Peer peer = peers.get(address);
      return peer == null ? -1 : peer.guard().epoch();
    }
  }

  GroupExchange(EngineContext context, PeerTable peers) {
    this.context = context;
    this.audience = new Audience(peers);
    this.heard = new Heard(peers);
    this.seals =
        new GroupSeals(context.self.identity().address(), context.self.epoch(), context.allocator);
  }

  /** Sets the keys of a group, the newest first. */
  public void set(Bytes groupId, List<GroupKey> keys) {
    seals.set(groupId, keys);
  }

  /** Forgets a group. */
  public void remove(Bytes groupId) {
    seals.remove(groupId);
  }

  /** Forgets all groups and wipes their keys. */
  public void clear() {
    seals.clear();
  }

  /**
   * Returns the largest payload, in bytes. One datagram is for all: it has the size that every path
   * is taken to pass, because a member behind a narrower one would lose each that is larger.
   */
  public int maxPayloadBytes() {
    int datagram = Math.min(GroupSeals.MAX_DATAGRAM_BYTES, context.ports.baseDatagramBytes());
    return datagram - GroupSeals.OVERHEAD_BYTES;
  }

  /** Returns how many datagrams were not handed up for a reason. */
  public long rejected(GroupReject reason) {
    return seals.rejected(reason);
  }

  /** Seals once and sends on every interface; the payload's ownership passes. */
  public SendOutcome send(long nowNs, Bytes groupId, ByteBuf payload) {
    ByteBuf datagram = null;
    boolean sent = false;
    try {
      if (payload.readableBytes() > maxPayloadBytes()) {
        return SendOutcome.TOO_LARGE;
      }
      for (LinkPort port : context.ports.all()) {
        for (Carrier carrier : carriers(nowNs, port)) {
          if (!context.output.hasRoom(port.nif().index(), carrier)) {
            continue;
          }
          if (datagram == null) {
            datagram = seals.seal(groupId, payload);
          }
          if (datagram == null) {
            return SendOutcome.NO_CAPACITY;
          }
          sent |=
              context.output.transmit(
                  port.nif().index(), carrier, null, datagram.retainedDuplicate());
        }
      }
      return sent ? SendOutcome.SENT : SendOutcome.NO_CAPACITY;
    } finally {
      payload.release();
      if (datagram != null) {
        datagram.release();
      }
    }
  }

  private List<Carrier> carriers(long nowNs, LinkPort port) {
    Chosen known = chosen.get(port.nif().index());
    if (known == null || nowNs - known.atNs >= LOOK_NS || !known.port.equals(port)) {
      known = new Chosen(port, audience.enough(nowNs, port), nowNs);
      chosen.put(port.nif().index(), known);
    }
    return known.carriers;
  }

  /** Takes one datagram of a group, ours or not. */
  void onDatagram(long nowNs, Carrier carrier, InetSocketAddress source, ByteBuf datagram) {
    if (!carrier.isMulticast()) {
      // It is for all: whoever sends it to one has recorded it.
      context.rejects.reject(nowNs, "group datagram by unicast", from(source));
      return;
    }
    GroupSeals.Inbound inbound = seals.open(datagram, heard);
    if (inbound instanceof GroupSeals.Inbound.Said said) {
      try {
        context.output.deliverToGroup(
            said.groupId(), said.from(), said.keyNumber(), said.payload());
      } finally {
        said.payload().release();
      }
    } else if (inbound instanceof GroupSeals.Inbound.Rejected rejected
        && rejected.reason().isSuspicious()) {
      context.rejects.reject(nowNs, rejected.reason().label(), from(source));
    }
  }

  private static String from(InetSocketAddress source) {
    return source.getAddress().getHostAddress();
  }
}

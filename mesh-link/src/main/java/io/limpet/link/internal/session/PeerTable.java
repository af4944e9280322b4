package io.limpet.link.internal.session;

import io.limpet.link.MeshAddress;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Every peer, and every index and ephemeral key by which its datagrams find it. Bounded: a new peer
 * takes the place of the one longest unused, of a stranger if there is any. No association that is
 * in use ever gives way: when there are nothing else, the new peer has to wait.
 */
final class PeerTable {
  private final SessionConfig config;
  private final RandomGenerator random;
  private final Map<MeshAddress, Peer> peers = new LinkedHashMap<>(64, 0.75f, true);
  private final LongObjectMap<Peer> byHint = new LongObjectHashMap<>();
  private final IntObjectMap<IndexSlot> slots = new IntObjectHashMap<>();
  private final LongObjectMap<Session> byEphemeral = new LongObjectHashMap<>();
  private boolean forgotHandshakes;
  private long counterFloor;

  PeerTable(SessionConfig config, RandomGenerator random) {
    this.config = config;
    this.random = random;
  }

  @Nullable Peer find(MeshAddress address) {
    return peers.get(address);
  }

  /** Finds a peer by the lower half of its address. */
  @Nullable Peer findByHint(long low) {
    return byHint.get(low);
  }

  /** Returns the record of a peer, made now if need be; null when there is no room for it. */
  @Nullable Peer obtain(long nowNs, MeshAddress address) {
    Peer peer = peers.get(address);
    if (peer == null) {
      if (peers.size() >= config.maxPeers() && !evictOne(nowNs)) {
        return null;
      }
      peer = new Peer(address, forgotHandshakes, counterFloor);
      peers.put(address, peer);
      byHint.put(address.low(), peer);
    }
    return peer;
  }

  @Nullable IndexSlot slot(int index) {
    return slots.get(index);
  }

  @Nullable Session byEphemeral(long prefix) {
    return byEphemeral.get(prefix);
  }

  /** Draws an index that is not in use. */
  int freshIndex() {
    int index = random.nextInt();
    while (slots.containsKey(index)) {
      index = random.nextInt();
    }
    return index;
  }

  void add(Pending pending) {
    Peer peer = pending.peer;
    if (peer.pending().size() >= Peer.MAX_PENDING) {
      remove(peer.pending().getFirst());
    }
    peer.pending().addLast(pending);
    slots.put(pending.localIndex, pending);
  }

  void remove(Pending pending) {
    pending.peer.pending().remove(pending);
    slots.remove(pending.localIndex);
    pending.noise.destroy();
  }

  void add(long nowNs, Session session) {
    Peer peer = session.peer;
    peer.sessions().add(session);
    slots.put(session.localIndex, session);
    byEphemeral.put(session.handshake.ephemeralPrefix(), session);
    trim(nowNs, peer);
    peer.choose(nowNs, config);
  }

  /** Removes what has expired, and the lowest of what is too many. */
  void trim(long nowNs, Peer peer) {
    for (Session session : new ArrayList<>(peer.sessions())) {
      if (!session.canOpen(nowNs, config)) {
        remove(session);
      }
    }
    removeSurplus(peer, true);
    removeSurplus(peer, false);
  }

  /** Removes every association and initiation of a peer. */
  void clear(long nowNs, Peer peer) {
    new ArrayList<>(peer.sessions()).forEach(this::remove);
    new ArrayList<>(peer.pending()).forEach(this::remove);
    peer.resetAttempts();
    peer.choose(nowNs, config);
  }

  /** Marks a peer as used now, so that it is among the last to be forgotten. */
  void touch(Peer peer) {
    peers.get(peer.address);
  }

  int size() {
    return peers.size();
  }

  private void remove(Session session) {
    session.peer.sessions().remove(session);
    slots.remove(session.localIndex);
    long prefix = session.handshake.ephemeralPrefix();
    if (byEphemeral.get(prefix) == session) {
      byEphemeral.remove(prefix);
    }
  }

  private void removeSurplus(Peer peer, boolean confirmed) {
    int count = 0;
    Session lowest = null;
    for (Session session : peer.sessions()) {
      if (session.isConfirmed() == confirmed) {
        count++;
        if (lowest == null || lowest.isPreferredTo(session)) {
          lowest = session;
        }
      }
    }
    if (lowest != null && count > Peer.MAX_SESSIONS_OF_A_KIND) {
      remove(lowest);
    }
  }

  private boolean evictOne(long nowNs) {
    Peer victim = null;
    for (Peer candidate : peers.values()) { // the longest unused first
      if (candidate.sessions().isEmpty() && !candidate.hasHandshakeMemory()) {
        victim = candidate;
        break;
      }
      if (victim == null && !candidate.isAssociated(nowNs, config)) {
        victim = candidate;
      }
    }
    if (victim == null) {
      return false;
    }
    new ArrayList<>(victim.sessions()).forEach(this::remove);
    new ArrayList<>(victim.pending()).forEach(this::remove);
    peers.remove(victim.address);
    if (byHint.get(victim.address.low()) == victim) {
      byHint.remove(victim.address.low());
    }
    // From now on a first message of an unknown peer may be the replay of one that was answered
    // before; see Handshakes.
    forgotHandshakes |= victim.hasHandshakeMemory();
    counterFloor = Math.max(counterFloor, victim.highestCounter());
    return true;
  }
}

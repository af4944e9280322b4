package io.limpet.link.internal.engine;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The peers, bounded: strangers give way, the longest unheard first; of those that are known, only
 * one that has no association any more and was not heard for an hour. When there is none of either,
 * a newcomer has to wait: nobody can push out those who are known by coming under many names. What
 * is forgotten leaves its epoch behind, so that old hellos cannot raise the dead. Not thread-safe.
 */
final class PeerTable implements AddressClaims {
  static final int MAX_PEERS = 512;
  private static final int MAX_EPOCHS = 4096;
  private static final long LONG_GONE_NS = 3_600_000_000_000L;

  private final EngineContext context;
  private final Map<MeshAddress, Peer> peers = new HashMap<>();
  private final LongObjectMap<Peer> byLow = new LongObjectHashMap<>();
  private final Map<MeshAddress, Long> epochsOfKnown = new Newest();
  private final Map<MeshAddress, Long> epochsOfStrangers = new Newest();

  /** Forgets the oldest when there are too many. */
  private static final class Newest extends LinkedHashMap<MeshAddress, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<MeshAddress, Long> eldest) {
      return size() > MAX_EPOCHS;
    }
  }

  PeerTable(EngineContext context) {
    this.context = context;
    context.claims = this;
  }

  @Nullable Peer get(MeshAddress address) {
    return peers.get(address);
  }

  /** Finds a peer by the lower half of its address. */
  @Nullable Peer find(long low) {
    return byLow.get(low);
  }

  Collection<Peer> all() {
    return peers.values();
  }

  /** Returns the peer, made now when it is new; null when there is no room for a stranger. */
  @Nullable Peer obtain(long nowNs, MeshAddress address) {
    Peer known = peers.get(address);
    if (known != null) {
      return known;
    }
    if (peers.size() >= MAX_PEERS && !evict(nowNs)) {
      return null;
    }
    Peer made = new Peer(context, address, nowNs);
    Long epoch = epochsOfKnown.getOrDefault(address, epochsOfStrangers.get(address));
    if (epoch != null) {
      made.guard().onProvenEpoch(epoch);
    }
    peers.put(address, made);
    byLow.put(address.low(), made);
    return made;
  }

  private boolean evict(long nowNs) {
    Peer stranger = null;
    Peer longGone = null;
    for (Peer peer : peers.values()) {
      if (!peer.isKnown(nowNs)) {
        stranger = longerUnheard(peer, stranger);
      } else if (!peer.isReady() && nowNs - peer.lastHeardNs() > LONG_GONE_NS) {
        longGone = longerUnheard(peer, longGone);
      }
    }
    Peer victim = stranger != null ? stranger : longGone;
    if (victim == null) {
      return false;
    }
    victim.queue().clear();
    peers.remove(victim.address());
    byLow.remove(victim.address().low());
    (stranger != null ? epochsOfStrangers : epochsOfKnown)
        .put(victim.address(), victim.guard().epoch());
    context.sessions.drop(victim.address());
    return true;
  }

  private static Peer longerUnheard(Peer peer, @Nullable Peer other) {
    return other == null || peer.lastHeardNs() - other.lastHeardNs() < 0 ? peer : other;
  }

  @Override
  public @Nullable MeshAddress rival(MeshAddress claimant, InetAddress ip) {
    Peer self = peers.get(claimant);
    Bytes mac = self == null ? null : self.paths().macOf(ip);
    if (mac == null) {
      return null;
    }
    for (Peer peer : peers.values()) {
      Bytes theirs = peer == self ? null : peer.paths().macOf(ip);
      if (theirs != null && !theirs.equals(mac) && peer.isHeard()) {
        return peer.address();
      }
    }
    return null;
  }

  /** Returns how many peers are heard. */
  int heard() {
    int count = 0;
    for (Peer peer : peers.values()) {
      count += peer.isHeard() ? 1 : 0;
    }
    return count;
  }
}

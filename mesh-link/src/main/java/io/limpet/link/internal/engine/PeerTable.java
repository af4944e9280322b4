package io.limpet.link.internal.engine;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The peers, bounded: strangers give way before those with an association, the longest unheard
 * first. What is forgotten leaves its epoch behind, so that old hellos cannot raise the dead. Not
 * thread-safe.
 */
final class PeerTable implements AddressClaims {
  static final int MAX_PEERS = 512;
  private static final int MAX_EPOCHS = 4096;

  private final EngineContext context;
  private final Map<MeshAddress, Peer> peers = new HashMap<>();
  private final Map<MeshAddress, Long> epochs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MeshAddress, Long> eldest) {
          return size() > MAX_EPOCHS;
        }
      };

  PeerTable(EngineContext context) {
    this.context = context;
    context.claims = this;
  }

  @Nullable Peer get(MeshAddress address) {
    return peers.get(address);
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
    if (peers.size() >= MAX_PEERS && !evict()) {
      return null;
    }
    Peer made = new Peer(context, address, nowNs);
    Long epoch = epochs.get(address);
    if (epoch != null) {
      made.guard().onProvenEpoch(epoch);
    }
    peers.put(address, made);
    return made;
  }

  private boolean evict() {
    Peer victim = null;
    for (Peer peer : peers.values()) {
      if (!peer.isReady() && (victim == null || peer.lastHeardNs() - victim.lastHeardNs() < 0)) {
        victim = peer;
      }
    }
    if (victim == null) {
      return false;
    }
    victim.queue().clear();
    peers.remove(victim.address());
    epochs.put(victim.address(), victim.guard().epoch());
    context.sessions.drop(victim.address());
    return true;
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

package io.limpet.link.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.link.internal.wire.Hello;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The newest long hellos of each peer, one for each of its interfaces, by the profile that its
 * short hellos name. Bounded by the peers that are remembered. Not thread-safe.
 */
final class Profiles {
  private static final int MAX_OF_ONE = 4;

  private final PeerTable peers;
  private final Map<Long, Known> known = new HashMap<>();
  private final Map<MeshAddress, Deque<Long>> ofPeer = new HashMap<>();

  /** A long hello whose signature was verified, and whose it is. */
  record Known(MeshAddress peer, Hello hello) {}

  Profiles(PeerTable peers) {
    this.peers = peers;
  }

  @Nullable Known get(long profile) {
    return known.get(profile);
  }

  void put(long profile, MeshAddress peer, Hello hello) {
    if (known.put(profile, new Known(peer, hello)) != null) {
      return;
    }
    Deque<Long> own = ofPeer.computeIfAbsent(peer, any -> new ArrayDeque<>());
    own.addLast(profile);
    if (own.size() > MAX_OF_ONE) {
      known.remove(own.removeFirst());
    }
    if (ofPeer.size() > 2 * PeerTable.MAX_PEERS) {
      forgetStrangers();
    }
  }

  private void forgetStrangers() {
    ofPeer
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = peers.get(entry.getKey()) == null;
              if (gone) {
                entry.getValue().forEach(known::remove);
              }
              return gone;
            });
  }
}

package io.limpet.link.internal.engine;

import io.limpet.link.Carrier;
import io.limpet.link.internal.beacon.Liveness;
import java.util.List;
import java.util.Set;

/**
 * By which carriers all who are there are reached at once: one family is enough where everybody is
 * heard by it, and costs half. Not thread-safe.
 */
final class Audience {
  /**
   * Whoever is not found silent is heard, and whom loss has hidden for some hellos is no stranger.
   */
  private static final int HEARD_FOR = 12;

  private final PeerTable peers;

  Audience(PeerTable peers) {
    this.peers = peers;
  }

  /** Returns the multicast carriers of an interface on which a peer is heard. */
  Set<Carrier> multicastHeard(long nowNs, Peer peer, LinkPort port) {
    if (peer.liveness().verdict() == Liveness.Verdict.SILENT) {
      return Set.of();
    }
    Set<Carrier> carriers =
        peer.paths()
            .heardLately(nowNs, port.nif().index(), HEARD_FOR * peer.liveness().promisedNs());
    carriers.removeIf(carrier -> !carrier.isMulticast());
    return carriers;
  }

  /** Returns the multicast carriers of an interface. */
  List<Carrier> multicast(LinkPort port) {
    return port.carriers().stream().filter(Carrier::isMulticast).sorted().toList();
  }

  /** Returns those of them that it takes to reach everybody. */
  List<Carrier> enough(long nowNs, LinkPort port) {
    List<Carrier> multicast = multicast(port);
    if (multicast.size() < 2) {
      return multicast;
    }
    for (Carrier candidate : multicast) {
      if (peers.all().stream()
          .map(peer -> multicastHeard(nowNs, peer, port))
          .allMatch(heard -> heard.isEmpty() || heard.contains(candidate))) {
        return List.of(candidate);
      }
    }
    return multicast;
  }
}

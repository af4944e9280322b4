package io.limpet.node.internal.metrics;

import io.limpet.link.LinkReport;
import io.limpet.link.MeshAddress;
import io.limpet.link.PathState;
import io.limpet.link.PeerReport;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpTotals;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the layers said when they were asked last. A value.
 *
 * @param peers all that the link knows
 * @param connections how many mesh connections there are
 * @param tcp what they and those before them have carried
 * @param shown the peers that have numbers of their own, at most {@link #MAX_PEERS}
 * @param links how the shown ones are reached, at most {@link #MAX_LINKS}
 */
record Readings(
    List<PeerReport> peers,
    int connections,
    TcpTotals tcp,
    Map<MeshAddress, PathState> shown,
    Map<LinkKey, LinkReport> links) {
  /** Most peers that get numbers of their own: anybody in reach can be as many as they like. */
  static final int MAX_PEERS = 32;

  static final int MAX_LINKS = 256;

  static final Readings NONE = new Readings(List.of(), 0, TcpTotals.NONE, Map.of(), Map.of());

  /** Names one way from here to a peer. */
  record LinkKey(MeshAddress peer, String interfaceName, String carrier) {}

  /**
   * Takes what the layers say.
   *
   * <p>Whoever has a connection with this node is shown first, then whoever was shown before, so
   * that a crowd of strangers displaces nobody.
   */
  static Readings of(
      List<PeerReport> peers, List<TcpInfo> connections, TcpTotals tcp, Readings before) {
    Set<MeshAddress> connected =
        connections.stream().map(TcpInfo::peer).collect(Collectors.toCollection(HashSet::new));
    Map<MeshAddress, PathState> shown = new HashMap<>();
    Map<LinkKey, LinkReport> links = new HashMap<>();
    peers.stream()
        .filter(peer -> peer.path() != PathState.SILENT)
        .sorted(
            Comparator.comparing((PeerReport peer) -> !connected.contains(peer.info().address()))
                .thenComparing(peer -> !before.shown.containsKey(peer.info().address()))
                .thenComparing(peer -> peer.info().address()))
        .limit(MAX_PEERS)
        .forEach(
            peer -> {
              shown.put(peer.info().address(), peer.path());
              peer.links().stream()
                  .filter(LinkReport::outbound)
                  .limit(MAX_LINKS - links.size())
                  .forEach(link -> links.put(key(link), link));
            });
    return new Readings(List.copyOf(peers), connections.size(), tcp, shown, links);
  }

  private static LinkKey key(LinkReport link) {
    return new LinkKey(link.peer(), link.interfaceName(), link.carrier().name());
  }
}

package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.tcp.internal.engine.TcpEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells the engine how large segments to and from each peer may be, when that is news. */
final class MaxSegments {

  /** Bounds memory; a peer that fell out is asked about again. */
  private static final int MAX_PEERS = 1024;

  private final MeshDatagrams link;
  private final TcpEndpoint endpoint;

  /** What the engine was told: the size that is safe, and the largest to try and to receive. */
  private record Sizes(int safeBytes, int largestBytes, int receivableBytes) {}

  private final Map<MeshAddress, Sizes> told =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<MeshAddress, Sizes> eldest) {
          return size() > MAX_PEERS;
        }
      };

  MaxSegments(MeshDatagrams link, TcpEndpoint endpoint) {
    this.link = link;
    this.endpoint = endpoint;
  }

  /** Tells it of a peer that it has not heard of yet. */
  void note(long nowNs, MeshAddress peer) {
    if (told.get(peer) == null) {
      refresh(nowNs, peer);
    }
  }

  /** The paths to a peer have changed: tells the new size if there is one. */
  void refresh(long nowNs, MeshAddress peer) {
    if (peer.equals(link.localAddress())) {
      return;
    }
    Sizes sizes =
        new Sizes(
            link.maxPayloadBytes(peer),
            link.largestPayloadBytes(peer),
            link.receivablePayloadBytes(peer));
    Sizes before = told.put(peer, sizes);
    if (sizes.equals(before)) {
      return;
    }
    endpoint.onMaxSegmentChanged(peer, sizes.safeBytes, sizes.largestBytes);
    endpoint.onReceivableChanged(peer, sizes.receivableBytes);
    if (before != null && sizes.safeBytes < before.safeBytes) {
      endpoint.onSegmentsTooLarge(nowNs, peer);
    }
  }
}

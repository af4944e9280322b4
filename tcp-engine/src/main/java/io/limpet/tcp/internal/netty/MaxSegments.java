package io.limpet.tcp.internal.netty;

import io.limpet.link.MeshAddress;
import io.limpet.link.MeshDatagrams;
import io.limpet.tcp.internal.engine.TcpEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells the engine how large segments to each peer may be, when that is news. */
final class MaxSegments {

  /** Bounds memory; a peer that fell out is asked about again. */
  private static final int MAX_PEERS = 1024;

  private final MeshDatagrams link;
  private final TcpEndpoint endpoint;

  /** What the engine was told: the size that is safe, and the largest there might be. */
  private record Sizes(int safeBytes, int largestBytes) {}

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
  void note(MeshAddress peer) {
    if (told.get(peer) == null) {
      refresh(peer);
    }
  }

  /** The paths to a peer have changed: tells the new size if there is one. */
  void refresh(MeshAddress peer) {
    if (peer.equals(link.localAddress())) {
      return;
    }
    Sizes sizes = new Sizes(link.maxPayloadBytes(peer), link.largestPayloadBytes(peer));
    if (!sizes.equals(told.put(peer, sizes))) {
      endpoint.onMaxSegmentChanged(peer, sizes.safeBytes, sizes.largestBytes);
    }
  }
}

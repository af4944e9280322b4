package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is known of the way to each peer. Bounded: the peers that no connection has been with for
 * longest are forgotten first. Not thread-safe.
 */
final class PeerPaths {
  private static final int MAX_PATHS = 1024;

  private final int maxSegmentBytes;
  private final Map<MeshAddress, PeerPath> paths = new LinkedHashMap<>(16, 0.75f, true);

  PeerPaths(int maxSegmentBytes) {
    this.maxSegmentBytes = maxSegmentBytes;
  }

  /** Returns what is known of a peer, perhaps nothing yet. */
  PeerPath of(MeshAddress peer) {
    PeerPath path = paths.get(peer);
    if (path == null) {
      path = new PeerPath(maxSegmentBytes);
      paths.put(peer, path);
      forgetIdle();
    }
    return path;
  }

  private void forgetIdle() {
    Iterator<PeerPath> oldest = paths.values().iterator();
    while (paths.size() > MAX_PATHS && oldest.hasNext()) {
      PeerPath path = oldest.next();
      if (path.connections == 0 && oldest.hasNext()) {
        oldest.remove();
      }
    }
  }

  int size() {
    return paths.size();
  }
}

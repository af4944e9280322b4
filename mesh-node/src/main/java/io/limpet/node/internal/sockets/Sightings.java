package io.limpet.node.internal.sockets;

import io.limpet.link.Bytes;
import io.limpet.link.KernelSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Since when each socket has been seen in its state, for whoever looks again and again. Holds no
 * more than the last look did. Not thread-safe.
 */
public final class Sightings {
  private Map<Key, Long> firstNs = new HashMap<>();
  private long nowNs;

  private record Key(Bytes id, KernelSocket.State state) {
    static Key of(KernelSocket socket) {
      return new Key(socket.id(), socket.state());
    }

    // Written out: what a record has by itself is made at run time, and the command is short.

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && key.state == state && key.id.equals(id);
    }

    @Override
    public int hashCode() {
      return 31 * id.hashCode() + state.hashCode();
    }
  }

  /** Notes what is seen at a time; what is not seen any more is forgotten. */
  public void see(long timeNs, List<KernelSocket> sockets) {
    Map<Key, Long> seen = new HashMap<>();
    for (KernelSocket socket : sockets) {
      Key key = Key.of(socket);
      seen.put(key, firstNs.getOrDefault(key, timeNs));
    }
    firstNs = seen;
    nowNs = timeNs;
  }

  /** Returns for how long a socket has been seen in its state, zero when it is new. */
  Duration seenFor(KernelSocket socket) {
    return Duration.ofNanos(nowNs - firstNs.getOrDefault(Key.of(socket), nowNs));
  }
}

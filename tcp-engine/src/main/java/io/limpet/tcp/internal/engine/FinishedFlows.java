package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.internal.wire.SeqNum;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of connections that are over, until nothing of them can be on its way any
 * more. A SYN may carry data and may be sent more than once: a copy that comes late must not be
 * taken for another request (RFC 7413 section 2.1). And a new connection on the same ports begins
 * above the numbers of the old one, which the peer may still hold in TIME-WAIT (RFC 9293 MAY-2).
 * Bounded.
 */
final class FinishedFlows {
  private static final int MAX_ENTRIES = 1024;
  private static final int GAP = 1 << 16;

  private record Finished(int irs, boolean request, int sndMax, long atNs) {}

  private final long memoryNs;
  private final Map<FlowKey, Finished> finished =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FlowKey, Finished> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  FinishedFlows(long memoryNs) {
    this.memoryNs = memoryNs;
  }

  /** A connection is over. */
  void add(long nowNs, Tcb tcb) {
    finished.remove(tcb.key);
    finished.put(tcb.key, new Finished(tcb.irs, tcb.passive, tcb.sndMax, nowNs));
  }

  /**
   * Says whether a SYN with this sequence number is a copy of one that had its answer, or older:
   * whoever connects again begins above what it used before.
   */
  boolean isCopy(long nowNs, FlowKey key, int irs) {
    Finished found = find(nowNs, key);
    if (found == null || !found.request || SeqNum.gt(irs, found.irs)) {
      return false;
    }
    // As long as the peer repeats it there are copies on the way.
    finished.put(key, new Finished(found.irs, true, found.sndMax, nowNs));
    return true;
  }

  /** A peer has started anew: its numbers begin anywhere. */
  void forget(MeshAddress peer) {
    finished.keySet().removeIf(key -> key.peer().equals(peer));
  }

  /** Returns an initial sequence number above those that were used on the same ports. */
  int above(long nowNs, FlowKey key, int iss) {
    Finished found = find(nowNs, key);
    return found == null ? iss : SeqNum.max(iss, found.sndMax + GAP);
  }

  private @Nullable Finished find(long nowNs, FlowKey key) {
    Finished found = finished.get(key);
    return found != null && nowNs - found.atNs < memoryNs ? found : null;
  }
}

package io.limpet.tcp.internal.engine;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The requests of connections that are over. A SYN may carry data and may be sent more than once: a
 * copy that comes late must not be taken for another request (RFC 7413 section 2.1). Bounded.
 */
final class FinishedRequests {
  private static final int MAX_ENTRIES = 1024;

  private record Finished(int irs, long atNs) {}

  private final long memoryNs;
  private final Map<FlowKey, Finished> finished =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<FlowKey, Finished> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  FinishedRequests(long memoryNs) {
    this.memoryNs = memoryNs;
  }

  void add(long nowNs, FlowKey key, int irs) {
    finished.remove(key);
    finished.put(key, new Finished(irs, nowNs));
  }

  /** Says whether a SYN with this sequence number is a copy of one that had its connection. */
  boolean contains(long nowNs, FlowKey key, int irs) {
    Finished found = finished.get(key);
    return found != null && found.irs == irs && nowNs - found.atNs < memoryNs;
  }
}

package io.limpet.link.internal.session;

import java.util.EnumMap;
import java.util.Map;

/** How many datagrams were dropped, by reason. A flood of rubbish allocates nothing here. */
final class RejectCounters {
  private final Map<RejectReason, Entry> entries = new EnumMap<>(RejectReason.class);

  RejectCounters() {
    for (RejectReason reason : RejectReason.values()) {
      entries.put(reason, new Entry(reason));
    }
  }

  /** Counts one and returns what to answer the caller. */
  Sessions.Inbound reject(RejectReason reason) {
    Entry entry = entry(reason);
    entry.count++;
    return entry.inbound;
  }

  long count(RejectReason reason) {
    return entry(reason).count;
  }

  private Entry entry(RejectReason reason) {
    Entry entry = entries.get(reason);
    if (entry == null) {
      throw new AssertionError("there is an entry for each reason");
    }
    return entry;
  }

  private static final class Entry {
    final Sessions.Inbound.Rejected inbound;
    long count;

    Entry(RejectReason reason) {
      inbound = new Sessions.Inbound.Rejected(reason.label());
    }
  }
}

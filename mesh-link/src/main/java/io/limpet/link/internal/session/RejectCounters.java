package io.limpet.link.internal.session;

/** How many datagrams were dropped, by reason. */
final class RejectCounters {
  private final long[] counts = new long[RejectReason.values().length];

  /** Counts one and returns what to answer the caller. */
  Sessions.Inbound reject(RejectReason reason) {
    counts[reason.ordinal()]++;
    return reason.asInbound();
  }

  long count(RejectReason reason) {
    return counts[reason.ordinal()];
  }
}

package io.limpet.link.internal.engine;

import io.limpet.link.LinkEvent;
import java.util.HashMap;
import java.util.Map;

/** Counts what was dropped and tells of it at a bounded rate. Not thread-safe. */
final class RejectLog {
  private static final long QUIET_NS = 5_000_000_000L;
  private static final int MAX_REASONS = 64;

  private final LinkOutput output;
  private final Map<String, Tally> tallies = new HashMap<>();
  private long total;

  private static final class Tally {
    private long count;
    private long lastEmittedNs;
    private boolean emitted;
  }

  RejectLog(LinkOutput output) {
    this.output = output;
  }

  void reject(long nowNs, String reason, String source) {
    total++;
    if (tallies.size() >= MAX_REASONS && !tallies.containsKey(reason)) {
      return;
    }
    Tally tally = tallies.computeIfAbsent(reason, key -> new Tally());
    tally.count++;
    if (!tally.emitted || nowNs - tally.lastEmittedNs >= QUIET_NS) {
      output.emit(new LinkEvent.SecurityRejected(reason, source, tally.count));
      tally.count = 0;
      tally.emitted = true;
      tally.lastEmittedNs = nowNs;
    }
  }

  long total() {
    return total;
  }
}

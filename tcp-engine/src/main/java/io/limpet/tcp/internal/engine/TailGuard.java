package io.limpet.tcp.internal.engine;

/**
 * Protects the last of what there is to send: nothing comes behind it that would show its loss. A
 * request, a chat line, a SYN with data, a FIN.
 *
 * <p>Without loss it is RFC 8985's tail loss probe. While loss is measured, copies follow a
 * fraction of the round trip later, within a share of the airtime, and the probe does not wait for
 * a delayed acknowledgement: whoever receives copies acknowledges at once. Not thread-safe.
 */
final class TailGuard {
  private static final int MAX_PROBES = 1;
  private static final int MAX_PROBES_LOSSY = 8;
  private static final long PROBE_MIN_NS = 2_000_000L;
  private static final long COPY_MIN_NS = 1_000_000L;
  private static final long COPY_MAX_NS = 20_000_000L;

  private final Tcb tcb;
  private int copiesLeft;
  private int probesOut;
  private boolean copied;
  private long copiedAtNs;

  TailGuard(Tcb tcb) {
    this.tcb = tcb;
  }

  /** The last of what there is to send went out, or went out again as a probe. */
  void onTailSent(long nowNs) {
    copiesLeft = copies();
    armCopy(nowNs);
  }

  private int copies() {
    return tcb.config.redundancyShare() > 0 ? tcb.path.redundantCopies() : 0;
  }

  void onCopySent(long nowNs) {
    copiesLeft--;
    copied = true;
    copiedAtNs = nowNs;
    armCopy(nowNs);
  }

  private void armCopy(long nowNs) {
    if (copiesLeft > 0) {
      tcb.timers.set(TimerKind.REDUNDANCY, nowNs + copyDelayNs());
    } else {
      tcb.timers.stop(TimerKind.REDUNDANCY);
    }
  }

  private long copyDelayNs() {
    long rtt = tcb.rtt.hasSample() ? tcb.rtt.minRttNs() : tcb.path.srttNs();
    return Math.max(COPY_MIN_NS, Math.min(rtt / 8, COPY_MAX_NS));
  }

  /** Takes airtime for a copy, if one is still due and there is some left. */
  boolean takeCopy(long nowNs, int bytes) {
    return copiesLeft > 0 && tcb.path.takeRedundancy(nowNs, bytes, tcb.config.redundancyShare());
  }

  /** Says whether what is in flight is so little that it is worth sending with what comes next. */
  boolean mayBundle() {
    return copies() > 0 && tcb.isSynchronized();
  }

  /** Something was delivered, the timeout expired, or an outage ended: probing begins anew. */
  void restart() {
    probesOut = 0;
  }

  /** Says whether copies are going out, so that they carry what there is to acknowledge. */
  boolean isCopying(long nowNs) {
    return tcb.timers.isSet(TimerKind.REDUNDANCY)
        || (copied && nowNs - copiedAtNs <= copyDelayNs());
  }

  void onProbeSent(long nowNs) {
    probesOut++;
    onTailSent(nowNs);
  }

  /** Says whether a probe is due when the tail, or a SYN, stays unanswered. */
  boolean mayProbe() {
    boolean lossy = tcb.path.isLossy();
    if (probesOut >= (lossy ? MAX_PROBES_LOSSY : MAX_PROBES) || tcb.rtt.backoff() > 0) {
      return false;
    }
    if (!tcb.isSynchronized()) {
      return lossy && tcb.path.hasRtt();
    }
    return tcb.sackOk && tcb.rtt.hasSample() && tcb.scoreboard.nextLost() == null;
  }

  /** PTO (RFC 8985 section 7.2), shorter while the path is known to lose. */
  long probeTimeoutNs() {
    // What all connections to the peer have measured is more than one knows.
    if (tcb.path.isLossy() && tcb.path.hasRtt()) {
      long copied = copies() * copyDelayNs();
      return tcb.path.srttNs() + Math.max(2 * tcb.path.rttVarNs(), copied + PROBE_MIN_NS);
    }
    long srtt = tcb.rtt.hasSample() ? tcb.rtt.srttNs() : tcb.path.srttNs();
    boolean lone = tcb.scoreboard.packetsInFlight() <= 1;
    return Math.max(2 * srtt + (lone ? tcb.engine.delayedAckNs() : 0), PROBE_MIN_NS);
  }
}

package io.limpet.tcp.internal.engine;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.wire.ResetReason;

/** Arms the timers of a connection, and does what is due. */
final class Timeouts {
  private static final int THIN_SEGMENTS = 4;
  private static final long REDUNDANCY_MIN_NS = 1_500_000L;
  private static final long REDUNDANCY_MAX_NS = 20_000_000L;
  private static final int KEEPALIVE_PROBES = 8;
  private static final long KEEPALIVE_MIN_NS = 500_000_000L;
  private static final long KEEPALIVE_MAX_NS = 15_000_000_000L;

  private final Tcb tcb;
  private final Connection connection;
  private int keepAliveProbes;
  private int persistBackoff;

  Timeouts(Tcb tcb, Connection connection) {
    this.tcb = tcb;
    this.connection = connection;
  }

  void expire(long nowNs) {
    TimerTable timers = tcb.timers;
    // Pacing has no action of its own: transmission is tried after every expiry.
    timers.expire(TimerKind.PACING, nowNs);
    if (timers.expire(TimerKind.DELAYED_ACK, nowNs)) {
      tcb.ackNow = true;
    }
    if (timers.expire(TimerKind.REORDER, nowNs)) {
      connection.acks.onReorderTimeout(nowNs);
    }
    if (timers.expire(TimerKind.TLP, nowNs)) {
      connection.output.probeTail();
    }
    if (timers.expire(TimerKind.REDUNDANCY, nowNs)) {
      connection.output.copyTail();
    }
    if (timers.expire(TimerKind.REXMT, nowNs)) {
      connection.acks.onRetransmissionTimeout(nowNs);
    }
    if (timers.expire(TimerKind.PERSIST, nowNs)) {
      persistBackoff++;
      connection.output.probeWindow();
    }
    if (timers.expire(TimerKind.KEEPALIVE, nowNs)) {
      onKeepAlive(nowNs);
    }
    if (timers.expire(TimerKind.SUSPECT, nowNs)) {
      onSuspect(nowNs);
    }
    if (timers.expire(TimerKind.TIME_WAIT, nowNs)) {
      connection.closed(new CloseReason.Graceful());
      return;
    }
    if (timers.expire(TimerKind.USER_TIMEOUT, nowNs)) {
      onUserTimeout(nowNs);
    }
  }

  /** RFC 9293 section 3.8.6.3: every second full segment, or after a short delay. */
  void scheduleAck(long nowNs, boolean fullSegment) {
    tcb.unacknowledgedArrivals++;
    // Where much is lost, whoever sent a lone small segment should not have to wonder.
    boolean lone = !fullSegment && tcb.path.isLossy();
    if (tcb.unacknowledgedArrivals >= 2 || tcb.quickAcks > 0 || lone) {
      tcb.quickAcks = Math.max(0, tcb.quickAcks - 1);
      tcb.ackNow = true;
    } else if (!tcb.timers.isSet(TimerKind.DELAYED_ACK)) {
      tcb.timers.set(TimerKind.DELAYED_ACK, nowNs + tcb.engine.delayedAckNs());
    }
  }

  /** Arms retransmission and probe anew, after something was sent or delivered. */
  void armRetransmission(long nowNs) {
    if (tcb.scoreboard.packetsOut() == 0) {
      tcb.timers.stop(TimerKind.REXMT);
      tcb.timers.stop(TimerKind.TLP);
      tcb.timers.stop(TimerKind.REORDER);
      tcb.timers.stop(TimerKind.REDUNDANCY);
      return;
    }
    long rto = tcb.rtt.rtoNs();
    tcb.timers.set(TimerKind.REXMT, nowNs + rto);
    if (connection.acks.mayProbe()) {
      long pto = connection.acks.probeTimeoutNs();
      if (pto < rto) {
        tcb.timers.set(TimerKind.TLP, nowNs + pto);
        return;
      }
    }
    tcb.timers.stop(TimerKind.TLP);
  }

  /**
   * A lone small segment, with nothing after it that would show its loss, is sent again a fraction
   * of the round trip later while the path is known to lose: an early retransmission.
   */
  void armRedundancy(long nowNs) {
    if (tcb.path.redundantCopies() == 0 || tcb.scoreboard.packetsOut() > THIN_SEGMENTS) {
      return;
    }
    long rtt = tcb.rtt.hasSample() ? tcb.rtt.minRttNs() : tcb.path.srttNs();
    long delay = Math.max(REDUNDANCY_MIN_NS, Math.min(rtt / 8, REDUNDANCY_MAX_NS));
    tcb.timers.set(TimerKind.REDUNDANCY, nowNs + delay);
  }

  /** Arms the probe of a window that holds back what is there to send. */
  void armPersist(long nowNs) {
    if (!tcb.timers.isSet(TimerKind.PERSIST)) {
      long base = Math.max(tcb.rtt.baseRtoNs(), 2 * tcb.engine.rtoMinNs());
      long delay = Math.min(base << Math.min(persistBackoff, 10), tcb.engine.rtoMaxNs());
      tcb.timers.set(TimerKind.PERSIST, nowNs + Math.max(delay, base));
    }
  }

  void stopPersist() {
    tcb.timers.stop(TimerKind.PERSIST);
    persistBackoff = 0;
  }

  /** Starts the clocks of suspicion and death when something begins to await the peer. */
  void armLiveness(long nowNs) {
    if (!tcb.isAwaitingPeer()) {
      return;
    }
    if (!tcb.timers.isSet(TimerKind.USER_TIMEOUT)) {
      tcb.timers.set(TimerKind.USER_TIMEOUT, progressOrHeardNs() + tcb.userTimeoutNs);
    }
    if (!tcb.suspect && !tcb.timers.isSet(TimerKind.SUSPECT)) {
      tcb.timers.set(TimerKind.SUSPECT, nowNs + tcb.config.suspectAfterNs());
    }
  }

  /** A request waits for its application as long as its peer repeats it. */
  void armWaiting(long nowNs) {
    tcb.timers.set(TimerKind.USER_TIMEOUT, nowNs + tcb.userTimeoutNs);
  }

  /** While only the window is closed, a peer that answers probes is alive (section 3.8.6.1). */
  private long progressOrHeardNs() {
    boolean onlyWindow = tcb.scoreboard.packetsOut() == 0;
    return onlyWindow && tcb.lastHeardNs - tcb.progressNs > 0 ? tcb.lastHeardNs : tcb.progressNs;
  }

  /** RFC 9293 section 3.8.3, R1: a first threshold, at which somebody hears of it. */
  private void onSuspect(long nowNs) {
    if (!tcb.isAwaitingPeer() && keepAliveProbes == 0) {
      return;
    }
    long since = tcb.lastHeardNs - tcb.progressNs > 0 ? tcb.lastHeardNs : tcb.progressNs;
    long silent = nowNs - since;
    if (silent >= tcb.config.suspectAfterNs()) {
      connection.peerSuspect(silent);
    } else {
      tcb.timers.set(TimerKind.SUSPECT, since + tcb.config.suspectAfterNs());
    }
  }

  /** RFC 9293 section 3.8.3, R2, as a time (RFC 5482). */
  private void onUserTimeout(long nowNs) {
    boolean waiting = tcb.passive && !tcb.accepted;
    if (!waiting && !tcb.isAwaitingPeer()) {
      return;
    }
    long since = waiting ? tcb.lastHeardNs : progressOrHeardNs();
    long elapsed = nowNs - since;
    if (elapsed >= tcb.userTimeoutNs) {
      connection.reset(ResetReason.USER_TIMEOUT, new CloseReason.UserTimeout(elapsed));
    } else {
      tcb.timers.set(TimerKind.USER_TIMEOUT, since + tcb.userTimeoutNs);
    }
  }

  /** RFC 9293 section 3.8.4. */
  void armKeepAlive(long nowNs) {
    keepAliveProbes = 0;
    if (tcb.keepAliveNs > 0 && tcb.isSynchronized()) {
      tcb.timers.set(TimerKind.KEEPALIVE, nowNs + tcb.keepAliveNs);
    } else {
      tcb.timers.stop(TimerKind.KEEPALIVE);
    }
  }

  private void onKeepAlive(long nowNs) {
    long idle = nowNs - tcb.lastHeardNs;
    if (tcb.keepAliveNs == 0 || tcb.state == TcpState.TIME_WAIT) {
      return;
    }
    if (idle < tcb.keepAliveNs || tcb.isAwaitingPeer()) {
      // Data in flight is its own probe; the clock begins again from what was heard last.
      keepAliveProbes = 0;
      long from = tcb.isAwaitingPeer() ? nowNs : tcb.lastHeardNs;
      tcb.timers.set(TimerKind.KEEPALIVE, from + tcb.keepAliveNs);
      return;
    }
    long interval = keepAliveIntervalNs();
    int most = tcb.keepAliveProbes > 0 ? tcb.keepAliveProbes : KEEPALIVE_PROBES;
    if (keepAliveProbes >= most || idle >= tcb.keepAliveNs + tcb.userTimeoutNs) {
      connection.reset(ResetReason.USER_TIMEOUT, new CloseReason.UserTimeout(idle));
      return;
    }
    keepAliveProbes++;
    connection.output.probeIdle();
    tcb.timers.set(TimerKind.KEEPALIVE, nowNs + interval);
    if (!tcb.suspect && keepAliveProbes > 1) {
      connection.peerSuspect(idle);
    }
  }

  private long keepAliveIntervalNs() {
    return tcb.keepAliveIntervalNs > 0
        ? tcb.keepAliveIntervalNs
        : Math.max(KEEPALIVE_MIN_NS, Math.min(tcb.keepAliveNs / 4, KEEPALIVE_MAX_NS));
  }

  /** The peer can be reached again: nothing of the silence is held against it. */
  void restartAfterOutage(long nowNs) {
    tcb.rtt.resetBackoff();
    persistBackoff = 0;
    tcb.progressNs = nowNs;
    if (tcb.scoreboard.packetsOut() > 0) {
      connection.acks.resendAfterOutage(nowNs);
      armRetransmission(nowNs);
    }
    if (tcb.timers.isSet(TimerKind.PERSIST)) {
      tcb.timers.stop(TimerKind.PERSIST);
      connection.output.probeWindow();
    }
  }
}

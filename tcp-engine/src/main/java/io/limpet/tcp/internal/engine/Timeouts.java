package io.limpet.tcp.internal.engine;

import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.wire.ResetReason;

/** Arms the timers of a connection, and does what is due. */
final class Timeouts {
  private static final long OVERRIDE_MIN_NS = 100_000_000L;
  private static final long OVERRIDE_MAX_NS = 1_000_000_000L;
  private static final int KEEPALIVE_PROBES = 8;
  private static final long KEEPALIVE_MIN_NS = 500_000_000L;
  private static final long KEEPALIVE_MAX_NS = 15_000_000_000L;

  private final Tcb tcb;
  private final Connection connection;
  private int keepAliveProbes;
  private long probingSinceNs;
  private long probedNs;
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
      if (isTurnToCome(nowNs)) {
        // What goes out with the next turn is probe enough.
        armRetransmission(nowNs);
      } else {
        connection.output.probeTail();
      }
    }
    if (timers.expire(TimerKind.REDUNDANCY, nowNs)) {
      connection.output.copyTail();
    }
    if (timers.expire(TimerKind.REXMT, nowNs)) {
      if (isTurnToCome(nowNs)) {
        // Nothing came back because hardly anything went out: what does next shows what is lost.
        armRetransmission(nowNs);
      } else {
        connection.acks.onRetransmissionTimeout(nowNs);
      }
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

  /** Says whether the connection has yet to send because others do, and get through. */
  private boolean isTurnToCome(long nowNs) {
    return connection.waitsForTurn && tcb.control.hasDeliveredWithin(nowNs, tcb.rtt.baseRtoNs());
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

  /** Something was delivered, or the first segment was sent again: the clocks begin anew. */
  void restartRetransmission(long nowNs) {
    tcb.timers.stop(TimerKind.REXMT);
    armRetransmission(nowNs);
  }

  /**
   * Something was sent: the retransmission timer is started unless it runs (RFC 6298 rule 5.1), and
   * the probe is put off (RFC 8985 section 7.2).
   */
  void armRetransmission(long nowNs) {
    if (tcb.scoreboard.packetsOut() == 0) {
      tcb.timers.stop(TimerKind.REXMT);
      tcb.timers.stop(TimerKind.TLP);
      tcb.timers.stop(TimerKind.REORDER);
      tcb.timers.stop(TimerKind.REDUNDANCY);
      return;
    }
    if (tcb.isPersisting()) {
      // What lies beyond the window is probed for, not timed out (section 3.8.6).
      tcb.timers.stop(TimerKind.REXMT);
      tcb.timers.stop(TimerKind.TLP);
      tcb.timers.stop(TimerKind.REORDER);
      armPersist(nowNs);
      return;
    }
    if (!tcb.timers.isSet(TimerKind.REXMT)) {
      tcb.timers.set(TimerKind.REXMT, nowNs + tcb.rtt.rtoNs());
    }
    if (connection.tail.mayProbe()) {
      long probeNs = nowNs + connection.tail.probeTimeoutNs();
      if (probeNs - tcb.timers.get(TimerKind.REXMT) < 0) {
        tcb.timers.set(TimerKind.TLP, probeNs);
        return;
      }
    }
    tcb.timers.stop(TimerKind.TLP);
  }

  /**
   * Arms the probe of a window that holds back what is there to send: of a closed one after the
   * retransmission timeout, then in growing intervals (SHLD-29, SHLD-30); of one that is only too
   * small after the override timeout of section 3.8.6.2.1.
   */
  void armPersist(long nowNs) {
    if (tcb.timers.isSet(TimerKind.PERSIST)) {
      return;
    }
    long base = Math.max(tcb.rtt.baseRtoNs(), OVERRIDE_MIN_NS);
    long delay =
        tcb.sndWnd == 0
            ? Math.max(base, Math.min(base << Math.min(persistBackoff, 10), tcb.engine.rtoMaxNs()))
            : Math.min(base, OVERRIDE_MAX_NS);
    // A peer that would answer is to be asked before it is given up.
    delay = Math.min(delay, tcb.userTimeout.effectiveNs() / 3);
    tcb.timers.set(TimerKind.PERSIST, nowNs + delay);
  }

  /** Starts the clocks of suspicion and death when something begins to await the peer. */
  void armLiveness(long nowNs) {
    if (!tcb.isAwaitingPeer()) {
      return;
    }
    if (!tcb.timers.isSet(TimerKind.USER_TIMEOUT)) {
      tcb.timers.set(TimerKind.USER_TIMEOUT, progressOrHeardNs() + tcb.userTimeout.effectiveNs());
    }
    if (!tcb.suspect && !tcb.timers.isSet(TimerKind.SUSPECT)) {
      tcb.timers.set(TimerKind.SUSPECT, nowNs + tcb.config.suspectAfterNs());
    }
  }

  /** The application, or the peer's advice, has changed how long to wait. */
  void onUserTimeoutChanged(long nowNs) {
    if (tcb.passive && !tcb.accepted && tcb.state != TcpState.CLOSED) {
      armWaiting(nowNs);
    } else {
      tcb.timers.stop(TimerKind.USER_TIMEOUT);
      armLiveness(nowNs);
    }
  }

  /** A request waits for its application as long as its peer repeats it. */
  void armWaiting(long nowNs) {
    tcb.timers.set(TimerKind.USER_TIMEOUT, nowNs + tcb.userTimeout.effectiveNs());
  }

  /**
   * While only the window is closed, a peer that answers probes is alive (MUST-37), and what lies
   * beyond its edge is not timed out (SHLD-17).
   */
  private long progressOrHeardNs() {
    boolean onlyWindow = tcb.scoreboard.packetsOut() == 0 || tcb.isPersisting();
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
    if (elapsed >= tcb.userTimeout.effectiveNs()) {
      connection.reset(nowNs, ResetReason.USER_TIMEOUT, new CloseReason.UserTimeout(elapsed));
    } else {
      tcb.timers.set(TimerKind.USER_TIMEOUT, since + tcb.userTimeout.effectiveNs());
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
    if (keepAliveProbes > 0 && tcb.lastHeardNs - probedNs >= 0) {
      // The last probe was answered; the peer is silent anew.
      keepAliveProbes = 0;
    }
    long interval = keepAliveIntervalNs();
    int most = tcb.keepAliveProbes > 0 ? tcb.keepAliveProbes : KEEPALIVE_PROBES;
    if (keepAliveProbes == 0) {
      probingSinceNs = nowNs;
    }
    if (keepAliveProbes >= most || nowNs - probingSinceNs >= tcb.userTimeout.effectiveNs()) {
      connection.reset(nowNs, ResetReason.USER_TIMEOUT, new CloseReason.UserTimeout(idle));
      return;
    }
    keepAliveProbes++;
    probedNs = nowNs;
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
    if (tcb.scoreboard.packetsOut() > 0 && !tcb.isPersisting()) {
      connection.acks.resendAfterOutage(nowNs);
      restartRetransmission(nowNs);
    }
    if (tcb.timers.isSet(TimerKind.PERSIST)) {
      tcb.timers.stop(TimerKind.PERSIST);
      connection.output.probeWindow();
    }
  }

  /** The peer has said anew what it can take. */
  void onWindow(long nowNs, boolean wasPersisting) {
    if (tcb.sndWnd == 0) {
      if (!wasPersisting && tcb.isPersisting()) {
        armRetransmission(nowNs);
      }
      return;
    }
    tcb.timers.stop(TimerKind.PERSIST);
    persistBackoff = 0;
    if (wasPersisting && tcb.scoreboard.packetsOut() > 0) {
      // What was held back goes on at once.
      connection.acks.resendAfterOutage(nowNs);
      restartRetransmission(nowNs);
    }
  }
}

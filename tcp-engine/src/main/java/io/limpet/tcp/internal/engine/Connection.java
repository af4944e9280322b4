package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.CloseReason;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
import io.limpet.tcp.internal.wire.ResetReason;
import io.limpet.tcp.internal.wire.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A connection: takes commands, keeps the state, and tells its owner what happened. The work is
 * done by {@link SegmentArrival}, {@link AckProcessor}, {@link Output} and {@link Timeouts}.
 */
final class Connection implements TcpConnection {
  private static final TcpEvent CONNECTED = new TcpEvent.Connected();
  private static final TcpEvent READABLE = new TcpEvent.Readable();
  private static final TcpEvent WRITABLE = new TcpEvent.Writable();
  private static final TcpEvent URGENT = new TcpEvent.Urgent();
  private static final TcpEvent RESUMED = new TcpEvent.PeerResumed();

  final Tcb tcb;
  final Host host;
  final Output output;
  final AckProcessor acks;
  final Handshake handshake;
  final SegmentArrival arrival;
  final Timeouts timeouts;
  final TailGuard tail;
  private @Nullable ArrayDeque<TcpEvent> events;
  private @Nullable Object attachment;
  private boolean writableWanted;
  private boolean readablePending;
  private boolean urgentPending;
  private boolean closedReported;

  /** Where the endpoint keeps this connection in its queues. */
  boolean queuedForTransmit;

  /** Whether it is in the queue of its {@link SendControl}. */
  boolean waitsForTurn;

  boolean queuedForAttention;
  int deadlineIndex = -1;
  long deadlineNs;
  @Nullable Listener listener;

  /** Whether somebody has it: a request that no application has seen has nobody to tell. */
  boolean handedOut;

  Connection(Tcb tcb, Host host) {
    this.tcb = tcb;
    this.host = host;
    this.timeouts = new Timeouts(tcb, this);
    this.tail = new TailGuard(tcb);
    this.output = new Output(tcb, this);
    this.acks = new AckProcessor(tcb, this);
    this.handshake = new Handshake(tcb, this);
    this.arrival = new SegmentArrival(tcb, this);
  }

  // Getters.

  @Override
  public TcpState state() {
    return tcb.state;
  }

  @Override
  public MeshAddress peer() {
    return tcb.key.peer();
  }

  @Override
  public int localPort() {
    return tcb.key.localPort();
  }

  @Override
  public int remotePort() {
    return tcb.key.remotePort();
  }

  @Override
  public int readableBytes() {
    return tcb.readableBytes();
  }

  @Override
  public boolean isInputAtEnd() {
    return tcb.accepted && tcb.peerFinReceived && tcb.rcv.readable() == 0;
  }

  @Override
  public int writableBytes() {
    return mayWrite() ? tcb.sendBuffer.free() : 0;
  }

  @Override
  public int sendBufferBytes() {
    return tcb.sendBuffer.maxBytes();
  }

  @Override
  public void expectLastWords() {
    tcb.sendBuffer.expectLastWords();
  }

  @Override
  public int unacknowledgedBytes() {
    return tcb.sendBuffer.size();
  }

  @Override
  public TcpInfo info(long nowNs) {
    return tcb.info(nowNs);
  }

  @Override
  public String toString() {
    return tcb.key.peer().shortForm() + " " + localPort() + "-" + remotePort() + " " + tcb.state;
  }

  // Commands.

  /** RFC 9293 section 3.10.1, active OPEN. */
  void open(long nowNs) {
    tcb.accepted = true;
    handedOut = true;
    tcb.enter(nowNs, TcpState.SYN_SENT);
    tcb.progressNs = nowNs;
    changed();
  }

  @Override
  public void accept(long nowNs) {
    if (tcb.accepted || tcb.state != TcpState.SYN_RECEIVED) {
      return;
    }
    tcb.accepted = true;
    tcb.progressNs = nowNs;
    tcb.timers.stop(TimerKind.USER_TIMEOUT);
    host.requestResolved(this);
    if (tcb.rcv.readable() > 0) {
      readable();
    }
    if (urgentBytes() > 0) {
      urgentArrived();
    }
    arrival.passFinIfNext(nowNs);
    changed();
  }

  @Override
  public int write(long nowNs, ByteBuffer source) {
    if (!mayWrite()) {
      throw new IllegalStateException("the output side is closed");
    }
    int count = tcb.sendBuffer.append(source);
    if (source.hasRemaining()) {
      writableWanted = true;
    }
    if (count > 0) {
      changed();
    }
    return count;
  }

  @Override
  public void wantWritable() {
    writableWanted = true;
  }

  private boolean mayWrite() {
    return !tcb.finQueued
        && !tcb.resetWhenDelivered
        && switch (tcb.state) {
          case SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> true;
          case LISTEN, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT, CLOSED -> false;
        };
  }

  @Override
  public int read(long nowNs, ByteBuffer target) {
    if (readableBytes() == 0) {
      return isInputAtEnd() || tcb.state == TcpState.CLOSED ? -1 : 0;
    }
    int count = tcb.rcv.read(target);
    // RFC 9293 section 3.8.6.2.2: the window is moved in steps worth a segment.
    if (tcb.mayReceive() && tcb.rcv.isUpdateDue(tcb.sendMss())) {
      tcb.ackNow = true;
      changed();
    }
    return count;
  }

  @Override
  public void shutdownOutput(long nowNs) {
    if (!mayWrite()) {
      return;
    }
    // RFC 9293 section 3.10.4: FIN follows what was written; the state changes as it is sent.
    tcb.finQueued = true;
    changed();
  }

  @Override
  public void close(long nowNs) {
    if (tcb.applicationClosed) {
      return;
    }
    if (tcb.state == TcpState.CLOSED) {
      forget();
      return;
    }
    if (!tcb.accepted || (tcb.state == TcpState.SYN_SENT && tcb.sendBuffer.size() == 0)) {
      abort(nowNs);
      return;
    }
    tcb.applicationClosed = true;
    if (tcb.rcv.readable() > 0 && mayWrite()) {
      closeUnread(nowNs);
      return;
    }
    tcb.rcv.discard();
    shutdownOutput(nowNs);
    if (tcb.state == TcpState.FIN_WAIT_2) {
      tcb.timers.set(TimerKind.TIME_WAIT, nowNs + tcb.engine.finWait2Ns());
      changed();
    }
  }

  /** It was over; now its application has done with what it left, too. */
  private void forget() {
    tcb.applicationClosed = true;
    tcb.rcv.discard();
  }

  /**
   * RFC 9293 section 3.6.1: the peer is to know that data of its was thrown away, by a RST. What
   * was written before still goes home first.
   */
  private void closeUnread(long nowNs) {
    tcb.rcv.discard();
    if (tcb.sendBuffer.size() == 0) {
      abort(nowNs);
    } else {
      tcb.resetWhenDelivered = true;
      changed();
    }
  }

  @Override
  public void markUrgent(long nowNs) {
    if (!mayWrite()) {
      throw new IllegalStateException("the output side is closed");
    }
    if (tcb.sendBuffer.size() == 0) {
      return;
    }
    // RFC 9293 section 3.10.2: SND.UP; a peer with a closed window is to hear of it, too.
    tcb.urgent.mark(tcb.sendBuffer.endSeq());
    if (tcb.isPersisting()) {
      output.probeWindow();
    }
    changed();
  }

  @Override
  public int urgentBytes() {
    return tcb.urgentBytes();
  }

  @Override
  public void abort(long nowNs) {
    if (tcb.state == TcpState.CLOSED) {
      forget();
      return;
    }
    reset(nowNs, ResetReason.ABORTED, new CloseReason.LocalAbort());
  }

  /** RFC 9293 section 3.10.5: tells the peer by RST, and forgets the connection. */
  void reset(long nowNs, ResetReason reason, CloseReason closeReason) {
    switch (tcb.state) {
      case CLOSED -> {
        return;
      }
      case SYN_SENT, TIME_WAIT, LISTEN -> {
        // The peer has no connection that a RST could end; a request of ours dies by itself.
      }
      case SYN_RECEIVED, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK ->
          host.sendReset(Reset.of(tcb, nowNs, reason));
    }
    closed(closeReason);
  }

  @Override
  public void setNoDelay(long nowNs, boolean noDelay) {
    tcb.noDelay = noDelay;
    changed();
  }

  @Override
  public void setKeepAliveNs(long nowNs, long keepAliveNs) {
    tcb.keepAliveNs = keepAliveNs;
    timeouts.armKeepAlive(nowNs);
    changed();
  }

  @Override
  public void setKeepAliveProbes(long intervalNs, int count) {
    tcb.keepAliveIntervalNs = intervalNs;
    tcb.keepAliveProbes = count;
  }

  @Override
  public void setUserTimeoutNs(long nowNs, long userTimeoutNs) {
    if (!tcb.userTimeout.set(userTimeoutNs)) {
      return;
    }
    timeouts.onUserTimeoutChanged(nowNs);
    tcb.ackNow |= tcb.isSynchronized();
    changed();
  }

  // Network and time.

  void onSegment(long nowNs, Segment segment) {
    arrival.arrives(nowNs, segment);
    changed();
  }

  void onTimeout(long nowNs) {
    timeouts.expire(nowNs);
    changed();
  }

  /** An outage is over: no back-off is paid, and the first unacknowledged segment goes out. */
  void onPeerReachable(long nowNs) {
    if (tcb.state == TcpState.CLOSED) {
      return;
    }
    timeouts.restartAfterOutage(nowNs);
    changed();
  }

  void onMaxSegmentChanged() {
    int mss = tcb.sendMss();
    tcb.control.cc.setMaxSegmentBytes(mss);
    tcb.control.pacer.setMaxSegmentBytes(mss);
    changed();
  }

  /** What was too large goes out again in smaller pieces. */
  void onSegmentsTooLarge(long nowNs) {
    if (tcb.isSynchronized() && acks.resendTooLarge(nowNs)) {
      tcb.rtt.resetBackoff();
      timeouts.restartRetransmission(nowNs);
      changed();
    }
  }

  private void changed() {
    host.reschedule(this);
    if (tcb.state != TcpState.CLOSED) {
      host.wantsTransmit(this);
    }
    wakeNext();
  }

  /** What this one does not use any more may be another one's. */
  private void wakeNext() {
    Connection next = tcb.control.next();
    if (next != null && next != this) {
      host.wantsTransmit(next);
    }
  }

  // Transitions, called by the classes that do the work.

  void established(long nowNs) {
    tcb.enter(nowNs, TcpState.ESTABLISHED);
    tcb.timers.stop(TimerKind.USER_TIMEOUT);
    // What went out with the SYN-ACK or after it still awaits the peer.
    timeouts.armLiveness(nowNs);
    timeouts.armKeepAlive(nowNs);
    emit(CONNECTED);
  }

  void enterTimeWait(long nowNs) {
    tcb.enter(nowNs, TcpState.TIME_WAIT);
    tcb.timers.stopAll();
    tcb.timers.set(TimerKind.TIME_WAIT, nowNs + 2 * tcb.engine.maxSegmentLifetimeNs());
    reportClosed(new CloseReason.Graceful());
  }

  void closed(CloseReason reason) {
    tcb.state = TcpState.CLOSED;
    tcb.timers.stopAll();
    tcb.sendBuffer.clear();
    tcb.scoreboard.clear();
    tcb.rcv.end();
    if (!tcb.accepted || tcb.applicationClosed || reason instanceof CloseReason.LocalAbort) {
      // Nobody will read it, and the memory is everybody's.
      tcb.rcv.discard();
    }
    tcb.control.remove(this);
    host.remove(this);
    wakeNext();
    reportClosed(reason);
  }

  private void reportClosed(CloseReason reason) {
    if (!closedReported) {
      closedReported = true;
      emit(new TcpEvent.Closed(reason));
    }
  }

  void readable() {
    if (!readablePending && tcb.accepted && !tcb.applicationClosed) {
      readablePending = true;
      emit(READABLE);
    }
  }

  void urgentArrived() {
    if (!urgentPending && tcb.accepted && !tcb.applicationClosed) {
      urgentPending = true;
      emit(URGENT);
    }
  }

  /** The path would have carried more than was written: more may be written from now on. */
  void onBufferLimited() {
    if (writableWanted && tcb.sendBuffer.grow(tcb.control.cc.windowBytes())) {
      roomAppeared();
    }
  }

  void roomAppeared() {
    if (writableWanted && mayWrite() && tcb.sendBuffer.free() > 0) {
      writableWanted = false;
      emit(WRITABLE);
    }
  }

  void peerSuspect(long silentForNs) {
    if (!tcb.suspect) {
      tcb.suspect = true;
      emit(new TcpEvent.PeerSuspect(silentForNs));
    }
  }

  void peerHeard(long nowNs) {
    tcb.lastHeardNs = nowNs;
    if (tcb.suspect) {
      tcb.suspect = false;
      timeouts.armLiveness(nowNs);
      emit(RESUMED);
    }
  }

  private void emit(TcpEvent event) {
    ArrayDeque<TcpEvent> queue = events;
    if (queue == null) {
      queue = new ArrayDeque<>(2);
      events = queue;
    }
    queue.add(event);
    host.wantsAttention(this);
  }

  @Override
  public @Nullable TcpEvent pollEvent() {
    ArrayDeque<TcpEvent> queue = events;
    TcpEvent event = queue == null ? null : queue.poll();
    if (event == null) {
      // An idle connection keeps no queue.
      events = null;
    } else if (event == READABLE) {
      readablePending = false;
    } else if (event == URGENT) {
      urgentPending = false;
    }
    return event;
  }

  boolean hasEvents() {
    return events != null && !events.isEmpty();
  }

  @Override
  public void setAttachment(@Nullable Object attachment) {
    this.attachment = attachment;
  }

  @Override
  public @Nullable Object attachment() {
    return attachment;
  }
}

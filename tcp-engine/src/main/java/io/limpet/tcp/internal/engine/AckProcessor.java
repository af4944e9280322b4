package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.cc.RateSample;
import io.limpet.tcp.internal.loss.TailLossProbe;
import io.limpet.tcp.internal.snd.Scoreboard;
import io.limpet.tcp.internal.snd.SentSegment;
import io.limpet.tcp.internal.wire.Segment;
import io.limpet.tcp.internal.wire.SeqNum;
import org.jspecify.annotations.Nullable;

/**
 * What an acknowledgement, or its absence, means: delivery, round-trip time, loss (RFC 8985),
 * recovery and its undoing. Hands one {@link RateSample} for each acknowledgement to congestion
 * control.
 */
final class AckProcessor {
  private static final int THIN_SEGMENTS = 4;
  private static final int LINEAR_TIMEOUTS = 4;
  private static final int ECHO_SLACK_MS = 50;

  /** Whatever took longer was no round trip: somebody stood still meanwhile. */
  private static final long MAX_RTT_NS = 10_000_000_000L;

  private final Tcb tcb;
  private final Connection connection;
  private final RateSample sample;
  private final TailLossProbe probe = new TailLossProbe();
  final Recovery recovery;
  private int timeouts;
  private int attempts;

  // The acknowledgement at hand.
  private @Nullable Segment acking;
  private int priorUna;
  private long priorFlight;
  private boolean cumulative;
  private boolean cumulativeAck;
  private boolean anySampled;
  private long newestXmitNs;
  private boolean newestIsCertain;
  private boolean spurious;
  private boolean originalDelivered;
  private boolean newDelivered;
  private int duplicateEnd;

  AckProcessor(Tcb tcb, Connection connection) {
    this.tcb = tcb;
    this.connection = connection;
    this.sample = connection.host.workspace().sample;
    this.recovery = new Recovery(tcb);
  }

  /** The SYN-ACK that answers our SYN. */
  void onHandshakeAck(long nowNs, Segment segment) {
    SentSegment syn = tcb.scoreboard.first();
    boolean once = syn != null && !syn.everRetransmitted;
    onAck(nowNs, segment);
    if (once && tcb.rtt.hasSample()) {
      tcb.rtt.onHandshakeSample(nowNs, tcb.rtt.latestNs());
    }
    // A peer that leaves the data of the SYN aside (RFC 9293 section 3.4) wants it again at once.
    SentSegment rest = tcb.scoreboard.first();
    if (rest != null && !rest.lost && rest.xmitNs != nowNs) {
      tcb.scoreboard.markLost(rest);
    }
  }

  /** RFC 9293 section 3.10.7.4, fifth, ESTABLISHED: SND.UNA < SEG.ACK =< SND.NXT, or SACK. */
  void onAck(long nowNs, Segment segment) {
    begin(nowNs, segment);
    cumulativeAck = SeqNum.gt(segment.ack, tcb.sndUna);
    duplicateEnd = segment.ack - 1;
    if (cumulativeAck) {
      advance(nowNs, segment.ack);
    }
    boolean dsack = tcb.sackOk && segment.sackCount > 0 && takeSack(nowNs, segment);
    boolean bare = isBareDuplicate(segment);
    if (probe.onAck(segment.ack, duplicateEnd, bare)) {
      onProbeRepaired(nowNs);
    }
    spurious |=
        recovery.isSpuriousTimeout(
            segment.ack, cumulativeAck, originalDelivered, newDelivered, bare);
    if (sample.ackedSackedBytes == 0 && !dsack) {
      if (cumulativeAck) {
        connection.roomAppeared();
      }
      return;
    }
    detectLoss(nowNs);
    if (dsack) {
      onDsack();
    }
    if (spurious) {
      recovery.undo(nowNs);
    }
    finishSample(nowNs);
    recovery.exitIfOver(nowNs);
    if (sample.ackedSackedBytes > 0) {
      tcb.control.onDelivered(nowNs);
      connection.tail.restart();
      timeouts = 0;
      attempts = 0;
      tcb.rtt.resetBackoff();
      connection.timeouts.restartRetransmission(nowNs);
    }
    connection.roomAppeared();
  }

  /** Begins the sample of an acknowledgement, or of a timer without one. */
  private void begin(long nowNs, @Nullable Segment segment) {
    acking = segment;
    priorUna = tcb.sndUna;
    priorFlight = tcb.sndNxt - tcb.sndUna - tcb.scoreboard.sackedBytes();
    sample.clear();
    sample.nowNs = nowNs;
    sample.priorInFlight = tcb.control.flight.bytes();
    anySampled = false;
    spurious = false;
    originalDelivered = false;
    newDelivered = false;
    tcb.control.deliveryRate.begin();
  }

  /** RFC 5681 section 2, without SACK: a duplicate acknowledgement that says nothing else. */
  private boolean isBareDuplicate(Segment segment) {
    return segment.ack == priorUna
        && segment.sackCount == 0
        && segment.length() == 0
        && tcb.scoreboard.packetsOut() > 0;
  }

  /** RFC 8985 section 7.4.2: the probe was the loss event that congestion control has to obey. */
  private void onProbeRepaired(long nowNs) {
    if (tcb.control.cc.isLossBased() && recovery.isOpen()) {
      tcb.control.cc.onLossEvent(nowNs, sample.priorInFlight);
      tcb.control.cc.onRecoveryExit(nowNs);
    }
  }

  private void advance(long nowNs, int ack) {
    cumulative = true;
    tcb.scoreboard.acknowledge(ack, (segment, bySack) -> delivered(nowNs, segment));
    cumulative = false;
    tcb.sndUna = ack;
    // The peer may have taken the octet that probed its window.
    tcb.sndNxt = SeqNum.max(tcb.sndNxt, ack);
    tcb.bytesAcked += tcb.sendBuffer.acknowledge(ack);
    tcb.urgent.onAcknowledged(ack);
    tcb.userTimeout.onAcknowledged(ack);
    tcb.progressNs = nowNs;
  }

  /** Takes the SACK blocks; says whether the first one reports a duplicate (RFC 2883). */
  private boolean takeSack(long nowNs, Segment segment) {
    int first = 0;
    int left = segment.sackLeft[0];
    int right = segment.sackRight[0];
    boolean duplicate =
        SeqNum.lt(left, segment.ack)
            || (segment.sackCount > 1
                && SeqNum.ge(left, segment.sackLeft[1])
                && SeqNum.le(right, segment.sackRight[1]));
    if (duplicate) {
      first = 1;
      duplicateEnd = right;
    }
    for (int i = first; i < segment.sackCount; i++) {
      left = segment.sackLeft[i];
      right = segment.sackRight[i];
      // Hostile or stale blocks: outside what is in flight, or empty.
      if (SeqNum.lt(left, right) && SeqNum.ge(left, tcb.sndUna) && SeqNum.le(right, tcb.sndNxt)) {
        tcb.scoreboard.sack(left, right, (sent, bySack) -> delivered(nowNs, sent));
      }
    }
    return duplicate;
  }

  private void delivered(long nowNs, SentSegment segment) {
    int echo = isEcho(segment);
    boolean early = echo < 0;
    boolean first = cumulative && segment.seq == priorUna;
    if (segment.lost && early && recovery.isUndoable() && first) {
      // Eifel (RFC 3522): the echo is older than the retransmission, so the original arrived.
      spurious = true;
    }
    if (recovery.isBeforeTimeout(segment.endSeq)) {
      originalDelivered |= !segment.everRetransmitted;
    } else {
      newDelivered = true;
    }
    tcb.path.mtu.onDelivered(nowNs, tcb.segmentBytes(segment.dataLength()));
    if (segment.sizeProbe) {
      onSizeProbeDelivered(nowNs, segment);
    }
    tcb.control.deliveryRate.onDelivered(segment, nowNs, sample);
    tcb.control.cc.onResolved(segment.sentNumber, segment.length(), false);
    tcb.rack.onDelivered(segment, nowNs, tcb.rtt.minRttNs(), early);
    boolean answered = early && isAnswerToFirst(nowNs, segment);
    long sentNs = answered ? segment.firstXmitNs : segment.xmitNs;
    if (!anySampled || sentNs - newestXmitNs > 0) {
      anySampled = true;
      newestXmitNs = sentNs;
      newestIsCertain = !segment.everRetransmitted || echo > 0 || answered;
    }
    if (!segment.lost || early) {
      tcb.path.onDelivered();
    }
    if (segment.copies > 0) {
      onCopiedDelivered(segment, early);
    }
  }

  /**
   * Compares the echoed timestamp with a retransmitted segment at SND.UNA: positive if the last
   * transmission is acknowledged, negative if an earlier one is, 0 if that cannot be told. Only for
   * the first segment acknowledged does the echo belong to it.
   */
  private int isEcho(SentSegment segment) {
    Segment ack = acking;
    if (ack == null || !segment.everRetransmitted || !tcb.tsOk || !ack.hasTimestamps) {
      return 0;
    }
    if (!cumulative || segment.seq != priorUna) {
      return 0;
    }
    return SeqNum.lt(ack.tsEcr, segment.xmitTsVal) ? -1 : 1;
  }

  /**
   * Says whether the acknowledgement answers the first transmission, although others followed: not
   * a copy, which would be reported as a duplicate, and not a probe, which cannot have been
   * answered yet.
   */
  private boolean isAnswerToFirst(long nowNs, SentSegment segment) {
    Segment ack = acking;
    if (ack == null || ack.tsEcr != segment.firstXmitTsVal || isReportedTwice(segment)) {
      return false;
    }
    return !segment.probed
        || (!ack.payload.hasRemaining() && nowNs - segment.probedNs < tcb.rtt.minRttNs());
  }

  /** The acknowledgement at hand says that the segment arrived before, too (RFC 2883). */
  private boolean isReportedTwice(SentSegment segment) {
    Segment ack = acking;
    return ack != null
        && ack.sackCount > 0
        && SeqNum.le(ack.sackLeft[0], segment.seq)
        && SeqNum.gt(ack.sackRight[0], segment.seq)
        && SeqNum.lt(ack.sackLeft[0], ack.ack);
  }

  /** Copies sent without need come back as duplicates, which are then no sign of reordering. */
  private void onCopiedDelivered(SentSegment segment, boolean early) {
    if (early || isReportedTwice(segment)) {
      tcb.expectedDuplicates += segment.copies;
    } else if (isEcho(segment) > 0) {
      for (int i = 0; i < segment.copies; i++) {
        tcb.path.onLost();
      }
      if (!segment.lost && !probe.isOutstanding()) {
        // A copy made for redundancy repaired a loss that nothing else will show.
        onProbeRepaired(sample.nowNs);
      }
    } else {
      tcb.expectedDuplicates += segment.copies;
    }
  }

  private void onDsack() {
    if (tcb.expectedDuplicates > 0) {
      tcb.expectedDuplicates--;
      return;
    }
    tcb.path.onSpurious();
    tcb.spuriousRetransmissions++;
    tcb.rack.onDsack(tcb.sndUna, tcb.sndNxt);
  }

  private void detectLoss(long nowNs) {
    int lostBefore = sample.newlyLostBytes;
    long wait = tcb.rack.detectLoss(tcb.scoreboard, nowNs, reoWndNs(), this::lost);
    if (wait > 0) {
      tcb.timers.set(TimerKind.REORDER, nowNs + wait);
    } else {
      tcb.timers.stop(TimerKind.REORDER);
    }
    if (sample.newlyLostBytes > lostBefore) {
      recovery.onLoss(nowNs, sample.priorInFlight, priorFlight);
    }
  }

  private long reoWndNs() {
    return tcb.rack.reoWndNs(
        !recovery.isOpen(), tcb.scoreboard.sackedOut(), tcb.rtt.minRttNs(), tcb.rtt.srttNs());
  }

  private void lost(SentSegment segment) {
    if (segment.sizeProbe) {
      onSizeProbeLost(sample.nowNs, segment);
      tcb.control.cc.onResolved(segment.sentNumber, segment.length(), false);
      return;
    }
    tcb.control.deliveryRate.onLost(segment, sample);
    tcb.control.cc.onResolved(segment.sentNumber, segment.length(), true);
    tcb.path.onLost();
  }

  /** Larger segments pass (RFC 8899 section 5.2). */
  private void onSizeProbeDelivered(long nowNs, SentSegment segment) {
    segment.sizeProbe = false;
    tcb.sizeProbeOut = false;
    if (tcb.path.mtu.onProbeDelivered(nowNs, tcb.segmentBytes(segment.dataLength()))) {
      connection.host.segmentSizeChanged(tcb.path);
    }
  }

  /** A probe of its size is to be sent again in smaller pieces; that is no sign of congestion. */
  void onSizeProbeLost(long nowNs, SentSegment segment) {
    if (segment.sizeProbe) {
      segment.sizeProbe = false;
      tcb.sizeProbeOut = false;
      tcb.path.mtu.onProbeLost(nowNs, tcb.path.lossRate());
    }
  }

  private void finishSample(long nowNs) {
    long rttNs = Math.max(1, nowNs - newestXmitNs);
    if (anySampled && newestIsCertain && isRecent(nowNs) && rttNs <= MAX_RTT_NS) {
      sample.rttNs = rttNs;
      tcb.rtt.onSample(nowNs, sample.rttNs);
      tcb.path.onRtt(sample.rttNs);
      tcb.path.memory.note(
          nowNs,
          tcb.control.cc.knownRateBytesPerSecond(),
          tcb.control.cc.isPathFilled(),
          tcb.rtt.minRttNs());
    }
    sample.inFlight = tcb.control.flight.bytes();
    tcb.control.deliveryRate.end(tcb.rtt.minRttNs(), sample);
    tcb.control.cc.onAck(sample);
    boolean safeAck = sample.newlyLostBytes == 0 && tcb.sndUna != priorUna;
    recovery.onDelivered(sample.ackedSackedBytes, safeAck);
    tcb.control.pacer.setRate(nowNs, tcb.control.cc.pacingRateBytesPerSecond());
    sample.newlyLostBytes = 0;
  }

  /**
   * Says whether the newest segment delivered may have caused this acknowledgement: if the echoed
   * timestamp is younger than the segment, it had arrived before, and only the news of it is late.
   */
  private boolean isRecent(long nowNs) {
    Segment ack = acking;
    if (ack == null || !cumulativeAck || !tcb.tsOk || !ack.hasTimestamps) {
      return true;
    }
    return SeqNum.le(ack.tsEcr, tcb.tsVal(newestXmitNs) + ECHO_SLACK_MS)
        || nowNs - newestXmitNs < ECHO_SLACK_MS * 1_000_000L;
  }

  // Timers.

  /** The reordering window has passed (RFC 8985 section 6.3). */
  void onReorderTimeout(long nowNs) {
    begin(nowNs, null);
    detectLoss(nowNs);
    if (sample.newlyLostBytes > 0) {
      finishSample(nowNs);
    }
  }

  /** RFC 6298 section 5, rules 5.4 to 5.6, with RFC 8985 section 6.3 for what is deemed lost. */
  void onRetransmissionTimeout(long nowNs) {
    Scoreboard scoreboard = tcb.scoreboard;
    SentSegment first = scoreboard.first();
    if (first == null) {
      return;
    }
    begin(nowNs, null);
    if (first.sizeProbe) {
      onSizeProbeLost(nowNs, first);
      resendAfterOutage(nowNs);
      connection.timeouts.restartRetransmission(nowNs);
      return;
    }
    long inFlight = tcb.control.flight.bytes();
    if (first.sacked) {
      scoreboard.forgetSacks();
    }
    long sentNs = first.xmitNs;
    long overdueNs = Math.max(tcb.rack.rttNs(), tcb.rtt.srttNs()) + reoWndNs();
    for (SentSegment segment = scoreboard.oldestTransmission(); segment != null; ) {
      SentSegment next = segment.next();
      if (segment == first || nowNs - segment.xmitNs >= overdueNs) {
        tcb.control.deliveryRate.onLost(segment, sample);
        tcb.control.cc.onResolved(segment.sentNumber, segment.length(), true);
        scoreboard.markLost(segment);
      }
      segment = next;
    }
    tcb.path.onLost();
    recovery.onTimeout(nowNs, inFlight);
    timeouts++;
    int size = tcb.segmentBytes(first.dataLength());
    if (tcb.path.mtu.onTimeout(size, ++attempts, tcb.path.lossRateAtWorst(), sentNs)) {
      connection.host.segmentSizeChanged(tcb.path);
    }
    boolean thin = scoreboard.packetsOut() < THIN_SEGMENTS;
    if (!thin || timeouts > LINEAR_TIMEOUTS) {
      // A few small segments do not congest anything: their first timeouts stay linear.
      tcb.rtt.backOff();
    }
    connection.tail.restart();
    connection.output.forceRetransmit();
    connection.timeouts.restartRetransmission(nowNs);
  }

  /** The path is back: what is unacknowledged is sent from the first on, as if newly lost. */
  void resendAfterOutage(long nowNs) {
    SentSegment first = tcb.scoreboard.first();
    if (first == null || first.sacked) {
      return;
    }
    if (!first.lost || first.retransInFlight) {
      tcb.scoreboard.markLost(first);
    }
    connection.tail.restart();
    connection.output.forceRetransmit();
  }

  /**
   * Deems lost what is larger than segments are now, and overdue: for its size, which says nothing
   * of congestion, so that a timeout that it has caused is taken back. What was sent within the
   * last round trip may yet have passed, and the usual ways show whether it has.
   *
   * @return whether there was any
   */
  boolean resendTooLarge(long nowNs) {
    if (!isAnyTooLarge()) {
      return false;
    }
    if (recovery.isUndoable()) {
      recovery.undo(nowNs);
    }
    SentSegment first = tcb.scoreboard.first();
    long overdueNs = Math.max(tcb.rack.rttNs(), tcb.rtt.srttNs()) + reoWndNs();
    for (SentSegment segment = tcb.scoreboard.oldestTransmission(); segment != null; ) {
      SentSegment next = segment.next();
      if (isTooLarge(segment) && (segment == first || nowNs - segment.xmitNs >= overdueNs)) {
        onSizeProbeLost(nowNs, segment);
        tcb.control.cc.onResolved(segment.sentNumber, segment.length(), false);
        tcb.scoreboard.markLost(segment);
      }
      segment = next;
    }
    attempts = 0;
    connection.tail.restart();
    connection.output.forceRetransmit();
    return true;
  }

  private boolean isAnyTooLarge() {
    for (int i = 0; i < tcb.scoreboard.packetsOut(); i++) {
      if (isTooLarge(tcb.scoreboard.at(i))) {
        return true;
      }
    }
    return false;
  }

  private boolean isTooLarge(SentSegment segment) {
    return !segment.sacked && !segment.syn && segment.dataLength() > tcb.sendMss();
  }

  /** Says whether timeouts in a row are more than mere loss explains. */
  boolean hasTimedOutOften() {
    return timeouts > LINEAR_TIMEOUTS;
  }

  /** A tail loss probe went out: the last segment once more, or new data. */
  void onProbeSent(boolean retransmission) {
    attempts += retransmission ? 1 : 0;
    probe.onSent(tcb.sndNxt, retransmission);
  }
}

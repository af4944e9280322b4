package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.loss.Frto;
import io.limpet.tcp.internal.loss.Prr;
import io.limpet.tcp.internal.wire.SeqNum;

/**
 * Whether losses are being repaired, how much may go out meanwhile, and what is done if they proved
 * to be none.
 *
 * <p>A needless timeout is found in two ways. With timestamps the first acknowledgement tells, by
 * the time that it echoes (Eifel, RFC 3522), and repair need not wait for it. Without them F-RTO
 * (RFC 5682) sends new data first. Either way everything is taken back (RFC 4015).
 */
final class Recovery {
  private enum Phase {
    /** Nothing is missing. */
    OPEN,
    /** RACK found losses; they are being repaired. */
    RECOVERY,
    /** The retransmission timeout expired. */
    LOSS
  }

  private final Tcb tcb;
  private final Prr prr = new Prr();
  private final Frto frto = new Frto();
  private Phase phase = Phase.OPEN;
  private int recoveryPoint;
  private boolean undoable;

  Recovery(Tcb tcb) {
    this.tcb = tcb;
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** Says whether what is repaired now may yet prove needless. */
  boolean isUndoable() {
    return undoable;
  }

  /** Says whether lost segments are to wait, the first excepted, until a timeout is judged. */
  boolean holdsRepair() {
    return frto.holdsRepair();
  }

  /** Says whether new data goes out although there are losses. */
  boolean wantsNewData() {
    return frto.wantsNewData();
  }

  void onNewSegment() {
    if (frto.holdsRepair()) {
      frto.onNewSegment();
    }
  }

  /** Says whether a sequence number was sent before the timeout that is being judged. */
  boolean isBeforeTimeout(int endSeq) {
    return SeqNum.le(endSeq, frto.recoveryPoint());
  }

  /** RACK found losses: recovery begins, unless one is under way. */
  void onLoss(long nowNs, long priorInFlight, long priorFlight) {
    if (phase != Phase.OPEN) {
      return;
    }
    phase = Phase.RECOVERY;
    recoveryPoint = tcb.sndNxt;
    undoable = true;
    tcb.control.cc.onLossEvent(nowNs, priorInFlight);
    prr.begin(priorFlight);
  }

  /** The retransmission timeout expired: RFC 6298 section 5. */
  void onTimeout(long nowNs, long inFlight) {
    tcb.retransmissionTimeouts++;
    if (!tcb.isSynchronized()) {
      return;
    }
    undoable = phase == Phase.OPEN || undoable;
    phase = Phase.LOSS;
    recoveryPoint = tcb.sndNxt;
    tcb.control.cc.onRto(nowNs, inFlight);
    if (!tcb.tsOk) {
      frto.begin(tcb.sndNxt);
    }
  }

  /** F-RTO's part of an acknowledgement; says whether the timeout proved needless. */
  boolean isSpuriousTimeout(
      int ack, boolean advances, boolean original, boolean beyond, boolean duplicate) {
    int usable = tcb.sndUna + tcb.sndWnd - tcb.sndNxt;
    boolean newDataReady = tcb.unsentBytes() > 0 && usable > 0;
    return frto.onAck(ack, advances, original, beyond, duplicate, newDataReady)
        == Frto.Verdict.SPURIOUS;
  }

  /** What was deemed lost had only been late. */
  void undo(long nowNs) {
    undoable = false;
    frto.stop();
    tcb.spuriousRetransmissions++;
    tcb.path.onSpurious();
    tcb.scoreboard.undoLosses();
    tcb.control.cc.onSpurious(nowNs);
    phase = Phase.OPEN;
  }

  /** Takes what an acknowledgement delivered, for proportional rate reduction. */
  void onDelivered(int deliveredBytes, boolean safeAck) {
    if (isReducing()) {
      long inFlight = tcb.control.flight.bytes();
      prr.onAck(deliveredBytes, inFlight, tcb.control.cc.windowBytes(), tcb.sendMss(), safeAck);
    }
  }

  /** Ends recovery once all is acknowledged that was sent before it began. */
  void exitIfOver(long nowNs) {
    if (phase != Phase.OPEN && SeqNum.ge(tcb.sndUna, recoveryPoint)) {
      phase = Phase.OPEN;
      undoable = false;
      frto.stop();
      tcb.rack.onRecoveryExit();
      tcb.control.cc.onRecoveryExit(nowNs);
    }
  }

  private boolean isReducing() {
    return phase == Phase.RECOVERY && tcb.control.cc.isLossBased();
  }

  /** Returns the bytes that may be in flight. */
  long windowBytes() {
    return isReducing() ? prr.windowBytes() : tcb.control.cc.windowBytes();
  }

  void onSent(int bytes) {
    if (isReducing()) {
      prr.onSent(bytes);
    }
  }
}

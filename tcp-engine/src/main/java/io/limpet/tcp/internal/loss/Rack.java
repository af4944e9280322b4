package io.limpet.tcp.internal.loss;

import io.limpet.tcp.internal.snd.Scoreboard;
import io.limpet.tcp.internal.snd.SentSegment;
import io.limpet.tcp.internal.wire.SeqNum;

/**
 * RACK: a segment is lost when one sent sufficiently later has been delivered (RFC 8985 section 6).
 * That holds for retransmissions as well, so that a lost retransmission needs no timeout.
 *
 * <p>Not thread-safe.
 */
public final class Rack {
  private static final int DSACK_ROUNDS = 16;

  private boolean started;
  private long xmitNs;
  private int endSeq;
  private long rttNs;
  private int fack;
  private boolean reorderingSeen;
  private int reoWndMult = 1;
  private int reoWndPersist;
  private int dsackRound;
  private boolean dsackRoundOpen;

  /** Hears of losses. */
  @FunctionalInterface
  public interface LossListener {
    /** Called before the segment is marked. */
    void onLost(SentSegment segment);
  }

  /**
   * Takes a segment that was just delivered (RFC 8985 section 6.2 step 2).
   *
   * @param ambiguous whether it may have been an earlier transmission than the last that arrived
   */
  public void onDelivered(SentSegment segment, long nowNs, long minRttNs, boolean ambiguous) {
    // Step 3: reordering, if a segment below the highest delivered comes without retransmission.
    if (!started || SeqNum.gt(segment.endSeq, fack)) {
      fack = segment.endSeq;
    } else if (SeqNum.lt(segment.endSeq, fack) && !segment.everRetransmitted) {
      reorderingSeen = true;
    }
    long sentNs = segment.xmitNs;
    if (segment.everRetransmitted && (ambiguous || nowNs - sentNs < minRttNs)) {
      // The last transmission cannot have caused this: the first may, and is the safe choice.
      sentNs = segment.firstXmitNs;
    }
    long rtt = nowNs - sentNs;
    if (rtt < minRttNs && segment.everRetransmitted) {
      return;
    }
    // Only the newest transmission tells the round trip: an older one may have arrived long ago,
    // and
    // been reported late.
    if (!started || sentAfter(sentNs, segment.endSeq, xmitNs, endSeq)) {
      rttNs = rtt;
      xmitNs = sentNs;
      endSeq = segment.endSeq;
      started = true;
    }
  }

  /** Widens the reordering window, once a round, because a retransmission proved spurious. */
  public void onDsack(int sndUna, int sndNxt) {
    if (!dsackRoundOpen || SeqNum.ge(sndUna, dsackRound)) {
      dsackRound = sndNxt;
      dsackRoundOpen = true;
      reoWndMult = Math.min(reoWndMult + 1, 16);
      reoWndPersist = DSACK_ROUNDS;
    }
  }

  /** Narrows the reordering window again after recoveries without DSACK. */
  public void onRecoveryExit() {
    if (reoWndPersist > 0 && --reoWndPersist == 0) {
      reoWndMult = 1;
    }
  }

  /** Returns the reordering window (RFC 8985 section 6.2 step 4). */
  public long reoWndNs(boolean recovering, int sackedOut, long minRttNs, long srttNs) {
    if (!reorderingSeen && (recovering || sackedOut >= 3) && reoWndMult == 1) {
      return 0;
    }
    return Math.min(reoWndMult * minRttNs / 4, srttNs);
  }

  /**
   * Marks what is lost by now (RFC 8985 section 6.2 step 5).
   *
   * @return how long until the next segment may be deemed lost, or 0 for none
   */
  public long detectLoss(Scoreboard scoreboard, long nowNs, long reoWndNs, LossListener listener) {
    if (!started) {
      return 0;
    }
    SentSegment segment = scoreboard.oldestTransmission();
    while (segment != null && sentAfter(xmitNs, endSeq, segment.xmitNs, segment.endSeq)) {
      long remaining = segment.xmitNs + rttNs + reoWndNs - nowNs;
      if (remaining > 0) {
        return remaining;
      }
      SentSegment next = segment.next();
      listener.onLost(segment);
      scoreboard.markLost(segment);
      segment = next;
    }
    return 0;
  }

  /** Returns the round trip of the newest delivery. */
  public long rttNs() {
    return rttNs;
  }

  /** Says whether reordering has been seen on the path. */
  public boolean reorderingSeen() {
    return reorderingSeen;
  }

  private static boolean sentAfter(long aNs, int aEnd, long bNs, int bEnd) {
    return aNs - bNs > 0 || (aNs == bNs && SeqNum.gt(aEnd, bEnd));
  }
}

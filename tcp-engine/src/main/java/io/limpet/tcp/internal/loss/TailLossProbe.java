package io.limpet.tcp.internal.loss;

import io.limpet.tcp.internal.wire.SeqNum;

/**
 * Tells whether a tail loss probe has repaired a loss that nothing else will show (RFC 8985 section
 * 7.4). Not thread-safe.
 */
public final class TailLossProbe {
  private boolean outstanding;
  private boolean isRetransmission;
  private int endSeq;

  /**
   * A probe went out.
   *
   * @param sndNxt TLP.end_seq
   * @param retransmission TLP.is_retrans: whether it was the last segment once more
   */
  public void onSent(int sndNxt, boolean retransmission) {
    outstanding = true;
    isRetransmission = retransmission;
    endSeq = sndNxt;
  }

  /** Says whether the fate of a probe is open. */
  public boolean isOutstanding() {
    return outstanding;
  }

  /**
   * Takes an acknowledgement (section 7.4.2).
   *
   * @param ack SEG.ACK
   * @param duplicateEnd the right edge of a DSACK block, or {@code ack - 1} without one
   * @param bare whether it is a duplicate without any SACK option
   * @return whether the probe repaired a loss, so that congestion control has to hear of it
   */
  public boolean onAck(int ack, int duplicateEnd, boolean bare) {
    if (!outstanding || SeqNum.lt(ack, endSeq)) {
      return false;
    }
    if (!isRetransmission || duplicateEnd == endSeq) {
      // New data was delivered, or both copies of the old.
      outstanding = false;
      return false;
    }
    if (SeqNum.gt(ack, endSeq)) {
      outstanding = false;
      return true;
    }
    if (bare) {
      outstanding = false;
    }
    return false;
  }
}

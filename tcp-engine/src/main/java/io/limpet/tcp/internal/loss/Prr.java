package io.limpet.tcp.internal.loss;

/**
 * Proportional rate reduction while a loss-based window recovers (RFC 9937): brings what is in
 * flight to the slow start threshold in the course of one round trip, whatever is lost meanwhile.
 *
 * <p>Not thread-safe.
 */
public final class Prr {
  private long recoverFs;
  private long delivered;
  private long out;
  private long window;

  /**
   * Begins an episode (section 6.1).
   *
   * @param flightBytes RecoverFS: sent, and neither acknowledged nor selectively acknowledged
   *     before the acknowledgement that showed the loss
   */
  public void begin(long flightBytes) {
    recoverFs = Math.max(1, flightBytes);
    delivered = 0;
    out = 0;
    window = 0;
  }

  /**
   * Takes one acknowledgement that begins, or comes during, recovery (section 6.2).
   *
   * @param deliveredBytes DeliveredData
   * @param inFlight after the losses it showed were marked
   * @param ssthresh what congestion control wants to end at
   * @param safeAck SafeACK: SND.UNA advanced, and no further loss showed
   */
  public void onAck(int deliveredBytes, long inFlight, long ssthresh, int mss, boolean safeAck) {
    if (deliveredBytes == 0 && out > 0) {
      return;
    }
    delivered += deliveredBytes;
    long count;
    if (inFlight > ssthresh) {
      count = (delivered * ssthresh + recoverFs - 1) / recoverFs - out;
    } else {
      // By default as much as was delivered (PRR-CRB); a segment more while repair goes well
      // (PRR-SSRB). Neither is a choice.
      count = Math.max(delivered - out, deliveredBytes) + (safeAck ? mss : 0);
      count = Math.min(ssthresh - inFlight, count);
    }
    if (out == 0 && count <= 0) {
      // The fast retransmit goes out in any case.
      count = mss;
    }
    window = inFlight + Math.max(0, count);
  }

  /** Notes bytes sent, new ones and repeated ones alike. */
  public void onSent(int bytes) {
    out += bytes;
  }

  /** Returns the bytes that may be in flight. */
  public long windowBytes() {
    return window;
  }
}

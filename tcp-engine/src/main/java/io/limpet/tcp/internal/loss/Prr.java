package io.limpet.tcp.internal.loss;

/** Proportional rate reduction while a loss-based window recovers (RFC 6937). Not thread-safe. */
public final class Prr {
  private long recoverFs;
  private long delivered;
  private long sent;
  private long window;

  /** Begins with the bytes in flight as the loss was found, and the new slow start threshold. */
  public void begin(long bytesInFlight, long ssthresh) {
    recoverFs = Math.max(1, bytesInFlight);
    delivered = 0;
    sent = 0;
    window = Math.max(bytesInFlight, ssthresh);
  }

  /** Takes the bytes newly delivered, and computes what may be in flight now. */
  public void onAck(
      int deliveredBytes, long inFlight, long ssthresh, int mss, boolean goodProgress) {
    delivered += deliveredBytes;
    long allowed;
    if (inFlight > ssthresh) {
      allowed = (delivered * ssthresh + recoverFs - 1) / recoverFs - sent;
    } else {
      // PRR-SSRB: grows back to the threshold, faster while no more losses show.
      long limit = Math.max(delivered - sent, deliveredBytes) + (goodProgress ? mss : 0);
      allowed = Math.min(ssthresh - inFlight, limit);
    }
    if (sent == 0) {
      // The fast retransmission goes out in any case.
      allowed = Math.max(allowed, mss);
    }
    window = inFlight + Math.max(0, allowed);
  }

  /** Notes bytes sent. */
  public void onSent(int bytes) {
    sent += bytes;
  }

  /** Returns the bytes that may be in flight. */
  public long windowBytes() {
    return window;
  }
}

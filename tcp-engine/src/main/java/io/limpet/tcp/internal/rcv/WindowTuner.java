package io.limpet.tcp.internal.rcv;

/**
 * How large a receive buffer the path can fill: a multiple of what arrives in a round trip, so that
 * the sender's window may double, and gaps may wait to be filled, while what is there is read. Not
 * thread-safe.
 */
final class WindowTuner {
  private static final int ROUND_TRIPS = 4;

  private boolean started;
  private long sinceNs;
  private long arrived;
  private long rttNs;

  /** Takes the round trip that an echoed timestamp shows; it may contain the sender's pauses. */
  void onEcho(long sampleNs) {
    if (rttNs == 0 || sampleNs < rttNs) {
      rttNs = sampleNs;
    } else {
      rttNs += (sampleNs - rttNs) / 16;
    }
  }

  /**
   * Takes new bytes.
   *
   * @param smoothedNs the round trip as the sending side measured it, 0 if it did not
   * @return the bytes that the buffer should be able to hold, or 0 until a round trip is over
   */
  long onBytes(long nowNs, int bytes, long smoothedNs) {
    arrived += bytes;
    if (!started) {
      started = true;
      sinceNs = nowNs;
      return 0;
    }
    long rtt = rttNs == 0 || (smoothedNs > 0 && smoothedNs < rttNs) ? smoothedNs : rttNs;
    if (nowNs - sinceNs < rtt) {
      return 0;
    }
    long wanted = ROUND_TRIPS * arrived;
    arrived = 0;
    sinceNs = nowNs;
    return wanted;
  }
}

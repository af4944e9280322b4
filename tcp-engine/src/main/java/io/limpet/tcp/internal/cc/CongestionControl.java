package io.limpet.tcp.internal.cc;

/**
 * Decides how many bytes may be in flight and how fast they go; what to send again is the business
 * of loss recovery. Not thread-safe.
 */
public interface CongestionControl {
  /**
   * Before anything is sent: what an earlier connection to the peer found, already discounted for
   * its age (RFC 9040). It may be wrong by now.
   *
   * @param rateBytesPerSecond what the path carried, 0 for unknown
   * @param minRttNs its smallest round trip, 0 for unknown
   */
  void onHint(long rateBytesPerSecond, long minRttNs);

  /**
   * Returns the highest rate in bytes per second that the path has carried of late, 0 for unknown.
   */
  long knownRateBytesPerSecond();

  /** Says whether the path was filled, so that the known rate is what it carries and no less. */
  boolean isPathFilled();

  /** Returns the bytes that may be in flight. */
  long windowBytes();

  /** Returns the pacing rate in bytes per second, or 0 for none. */
  long pacingRateBytesPerSecond();

  /** Says whether loss recovery is to reduce the window in proportion (RFC 6937). */
  boolean isLossBased();

  /**
   * A segment was sent.
   *
   * @return a number to be given to {@link #onResolved} once it is known what became of it
   */
  int onSent(long nowNs, int bytes, long bytesInFlight);

  /** A transmission was delivered, or is deemed lost. */
  void onResolved(int sent, int bytes, boolean lost);

  /** An acknowledgement delivered something, or showed a loss. */
  void onAck(RateSample sample);

  /** A loss was found outside recovery: once for each window of data. */
  void onLossEvent(long nowNs, long bytesInFlight);

  /** Recovery is over. */
  void onRecoveryExit(long nowNs);

  /** The retransmission timeout expired. */
  void onRto(long nowNs, long bytesInFlight);

  /** The loss, or the timeout, of the current recovery proved to be none. */
  void onSpurious(long nowNs);

  /** The largest segment has changed. */
  void setMaxSegmentBytes(int maxSegmentBytes);

  /** Returns the newest estimate of the delivery rate in bytes per second. */
  long deliveryRateBytesPerSecond();
}

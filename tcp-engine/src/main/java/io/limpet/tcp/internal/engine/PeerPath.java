package io.limpet.tcp.internal.engine;

/**
 * What the connections with one peer have in common (RFC 9040): the largest segment, round-trip
 * times, and how much is being lost. Not thread-safe.
 */
final class PeerPath {
  private static final double DECAY = 1 - 1.0 / 64;
  private static final double MIN_SAMPLES = 4;

  private int maxSegmentBytes;
  private long srttNs;
  private long rttVarNs;
  private double resolved;
  private double lost;

  PeerPath(int maxSegmentBytes) {
    this.maxSegmentBytes = maxSegmentBytes;
  }

  int maxSegmentBytes() {
    return maxSegmentBytes;
  }

  void setMaxSegmentBytes(int bytes) {
    maxSegmentBytes = bytes;
  }

  void onRtt(long smoothedNs, long variationNs) {
    srttNs = smoothedNs;
    rttVarNs = variationNs;
  }

  boolean hasRtt() {
    return srttNs != 0;
  }

  long srttNs() {
    return srttNs;
  }

  long rttVarNs() {
    return rttVarNs;
  }

  /** One transmission arrived. */
  void onDelivered() {
    resolved = resolved * DECAY + 1;
    lost *= DECAY;
  }

  /** One transmission was lost. */
  void onLost() {
    resolved = resolved * DECAY + 1;
    lost = lost * DECAY + 1;
  }

  /** A loss was none after all. */
  void onSpurious() {
    lost = Math.max(0, lost - 1);
  }

  /** Returns the recent share of transmissions lost, 0..1. */
  double lossRate() {
    return resolved < MIN_SAMPLES ? lost / MIN_SAMPLES : lost / resolved;
  }
}

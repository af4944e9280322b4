package io.limpet.tcp.internal.engine;

/**
 * What the connections with one peer have in common (RFC 9040): the largest segment, round-trip
 * times, and how much is being lost. Not thread-safe.
 */
final class PeerPath {
  private static final double DECAY = 1 - 1.0 / 64;
  private static final double MIN_SAMPLES = 4;
  private static final double LOSSY = 0.01;
  private static final double REDUNDANCY_BURST_BYTES = 16 << 10;
  private static final double REDUNDANCY_BYTES_PER_NS = 20_000 / 1e9;
  private static final double REDUNDANCY_SHARE = 0.1;

  private long srttNs;
  private long rttVarNs;
  private double resolved;
  private double lost;
  private double redundancyCredit = REDUNDANCY_BURST_BYTES;
  private long redundancyAtNs;
  private boolean redundancyStarted;

  /** How large segments may be. */
  final PathMtu mtu;

  /** What outlives the connections. */
  final PathMemory memory = new PathMemory();

  /** How many connections there are with the peer. */
  int connections;

  PeerPath(int maxSegmentBytes) {
    mtu = new PathMtu(maxSegmentBytes);
  }

  int maxSegmentBytes() {
    return mtu.bytes();
  }

  /** A connection begins: what is known is worth what its age leaves of it. */
  void onConnection(long nowNs) {
    if (connections++ == 0) {
      double confidence = memory.confidence(nowNs);
      resolved *= confidence;
      lost *= confidence;
      if (memory.isForgotten(nowNs)) {
        srttNs = 0;
        rttVarNs = 0;
      }
    }
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

  /** Says whether so much is lost that waiting for loss to show is a poor bargain. */
  boolean isLossy() {
    return lossRate() > LOSSY;
  }

  /** Returns how many copies of a lone small segment are worth their airtime: 0 without loss. */
  int redundantCopies() {
    double rate = lossRate();
    if (rate <= LOSSY) {
      return 0;
    }
    return rate < 0.15 ? 1 : rate < 0.3 ? 2 : 3;
  }

  /** Bytes went out: a tenth of that may be spent on redundancy. */
  void onSent(int bytes) {
    redundancyCredit =
        Math.min(redundancyCredit + bytes * REDUNDANCY_SHARE, REDUNDANCY_BURST_BYTES);
  }

  /** Takes airtime for a copy, if there is some left. */
  boolean takeRedundancy(long nowNs, int bytes) {
    if (redundancyStarted) {
      double gained = (nowNs - redundancyAtNs) * REDUNDANCY_BYTES_PER_NS;
      redundancyCredit = Math.min(redundancyCredit + gained, REDUNDANCY_BURST_BYTES);
    }
    redundancyStarted = true;
    redundancyAtNs = nowNs;
    if (redundancyCredit < bytes) {
      return false;
    }
    redundancyCredit -= bytes;
    return true;
  }
}

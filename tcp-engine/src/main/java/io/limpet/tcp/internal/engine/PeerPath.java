package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.cc.MeshRate;
import org.jspecify.annotations.Nullable;

/**
 * What the connections with one peer have in common (RFC 9040): the largest segment, round-trip
 * times, and how much is being lost. Not thread-safe.
 */
final class PeerPath {
  private static final double DECAY = 1 - 1.0 / 64;
  private static final double MIN_SAMPLES = 16;
  private static final double FEW_SAMPLES = 4;
  private static final double LOSSY = 0.003;
  private static final double MUCH = 0.25;

  /** Some ten seconds after the last measurement. */
  private static final double CONFIDENT = 0.9;

  private static final double REDUNDANCY_BURST_BYTES = 16 << 10;
  private static final long LEAST_RATE_BYTES_PER_SECOND = 125_000;

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

  @Nullable SendControl control;

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

  /**
   * Returns what all connections to the peer that follow the path model share. If there has been
   * none for a while, it begins anew, with no more than a hint of what was.
   */
  SendControl sharedControl(long nowNs, int maxSendBytes) {
    SendControl shared = control;
    if (shared == null || (connections == 1 && memory.confidence(nowNs) < CONFIDENT)) {
      shared = new SendControl(new MeshRate(maxSendBytes), maxSendBytes);
      shared.cc.onHint(memory.rateBytesPerSecond(nowNs), memory.minRttNs(nowNs));
      control = shared;
    }
    return shared;
  }

  /** Takes a round trip, of whichever connection (RFC 6298 section 2, over all of them). */
  void onRtt(long rttNs) {
    if (srttNs == 0) {
      srttNs = rttNs;
      rttVarNs = rttNs / 2;
    } else {
      rttVarNs += (Math.abs(srttNs - rttNs) - rttVarNs) / 4;
      srttNs += (rttNs - srttNs) / 8;
    }
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

  /** The same, but hardly anything known is taken for what is: for whoever fears the worst. */
  double lossRateAtWorst() {
    return lost / Math.max(resolved, FEW_SAMPLES);
  }

  /** Says whether so much is lost that waiting for loss to show is a poor bargain. */
  boolean isLossy() {
    return lossRate() > LOSSY;
  }

  /** Returns how many copies of the last segment are worth their airtime: 0 without loss. */
  int redundantCopies() {
    double rate = lossRate();
    if (rate <= LOSSY) {
      return 0;
    }
    return rate < MUCH ? 1 : 2;
  }

  /**
   * Takes airtime for a copy, if there is some left.
   *
   * @param share of the rate that the path is known to carry, and it is taken to carry something
   */
  boolean takeRedundancy(long nowNs, int bytes, double share) {
    if (redundancyStarted) {
      SendControl shared = control;
      long known = shared == null ? 0 : shared.cc.knownRateBytesPerSecond();
      double rate = Math.max(known, LEAST_RATE_BYTES_PER_SECOND) * share / 1e9;
      redundancyCredit =
          Math.min(redundancyCredit + (nowNs - redundancyAtNs) * rate, REDUNDANCY_BURST_BYTES);
    }
    redundancyStarted = true;
    redundancyAtNs = nowNs;
    if (share == 0 || redundancyCredit < bytes) {
      return false;
    }
    redundancyCredit -= bytes;
    return true;
  }
}

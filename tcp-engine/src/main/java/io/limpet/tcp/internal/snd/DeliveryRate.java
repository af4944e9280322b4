package io.limpet.tcp.internal.snd;

import io.limpet.tcp.internal.cc.RateSample;

/**
 * Samples the delivery rate (draft-cheng-iccrg-delivery-rate-estimation, as RFC 8985 and BBR use
 * it): bytes delivered between two acknowledgements, over the longer of the times in which they
 * were sent and acknowledged. Not thread-safe.
 */
public final class DeliveryRate {
  private long delivered;
  private long deliveredNs;
  private long firstSentNs;
  private long lost;
  private long appLimitedUntil;
  private long newestXmitNs;
  private long sendElapsedNs;
  private long ackElapsedNs;
  private long priorLost;
  private boolean sampled;

  /** Stamps a segment as it is sent. */
  public void onSent(SentSegment segment, long nowNs, boolean nothingInFlight) {
    if (nothingInFlight) {
      firstSentNs = nowNs;
      deliveredNs = nowNs;
    }
    segment.deliveredAtSend = delivered;
    segment.deliveredNsAtSend = deliveredNs;
    segment.firstSentNsAtSend = firstSentNs;
    segment.lostAtSend = lost;
    segment.appLimitedAtSend = appLimitedUntil > 0;
  }

  /** Notes that there is nothing to send although there might be. */
  public void onAppLimited(long bytesInFlight) {
    appLimitedUntil = Math.max(1, delivered + bytesInFlight);
  }

  /** Begins the sample of one acknowledgement. */
  public void begin() {
    sampled = false;
    newestXmitNs = 0;
  }

  /** Takes one newly delivered segment. */
  public void onDelivered(SentSegment segment, long nowNs, RateSample sample) {
    delivered += segment.length();
    deliveredNs = nowNs;
    sample.ackedSackedBytes += segment.length();
    if (segment.syn) {
      // One segment and the time that a handshake takes say nothing of a rate.
      return;
    }
    if (!sampled || segment.xmitNs - newestXmitNs >= 0) {
      sampled = true;
      newestXmitNs = segment.xmitNs;
      sample.priorDelivered = segment.deliveredAtSend;
      sample.isAppLimited = segment.appLimitedAtSend;
      priorLost = segment.lostAtSend;
      sendElapsedNs = segment.xmitNs - segment.firstSentNsAtSend;
      ackElapsedNs = nowNs - segment.deliveredNsAtSend;
      firstSentNs = segment.xmitNs;
    }
  }

  /** Takes one segment newly deemed lost. */
  public void onLost(SentSegment segment, RateSample sample) {
    lost += segment.length();
    sample.newlyLostBytes += segment.length();
  }

  /** Ends the sample. */
  public void end(long minRttNs, RateSample sample) {
    if (appLimitedUntil > 0 && delivered > appLimitedUntil) {
      appLimitedUntil = 0;
    }
    sample.totalDelivered = delivered;
    if (!sampled) {
      return;
    }
    long interval = Math.max(sendElapsedNs, ackElapsedNs);
    // An interval below the minimum round trip cannot be right.
    if (interval < minRttNs || interval <= 0) {
      return;
    }
    sample.intervalNs = interval;
    sample.deliveredBytes = delivered - sample.priorDelivered;
    sample.lostBytes = lost - priorLost;
  }

  /** Returns all bytes delivered. */
  public long delivered() {
    return delivered;
  }
}

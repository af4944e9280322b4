package io.limpet.tcp.internal.cc;

/**
 * What one acknowledgement says about the path, for congestion control. A holder that is used again
 * for each acknowledgement. Not thread-safe.
 */
public final class RateSample {
  /** When the acknowledgement arrived. */
  public long nowNs;

  /** Bytes newly known to be delivered. */
  public int ackedSackedBytes;

  /** Bytes newly deemed lost. */
  public int newlyLostBytes;

  /** Bytes in flight before and after. */
  public long priorInFlight;

  /** Bytes in flight after the acknowledgement. */
  public long inFlight;

  /** All bytes delivered on the connection so far. */
  public long totalDelivered;

  /** {@code totalDelivered} when the newest delivered segment was sent: what makes a round. */
  public long priorDelivered;

  /** Bytes delivered over {@link #intervalNs}. */
  public long deliveredBytes;

  /** Bytes deemed lost over {@link #intervalNs}. */
  public long lostBytes;

  /** The interval of the sample, 0 when there is none. */
  public long intervalNs;

  /** A round-trip time measured by this acknowledgement, 0 for none. */
  public long rttNs;

  /** Whether the application rather than the network limited the rate. */
  public boolean isAppLimited;

  /** Forgets everything. */
  public void clear() {
    nowNs = 0;
    ackedSackedBytes = 0;
    newlyLostBytes = 0;
    priorInFlight = 0;
    inFlight = 0;
    totalDelivered = 0;
    priorDelivered = 0;
    deliveredBytes = 0;
    lostBytes = 0;
    intervalNs = 0;
    rttNs = 0;
    isAppLimited = false;
  }
}

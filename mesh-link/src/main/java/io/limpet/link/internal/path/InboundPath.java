package io.limpet.link.internal.path;

import io.limpet.link.Carrier;
import io.limpet.link.internal.wire.PathReport;

/** What has been received on one path of a peer, by the peer's own numbering. Not thread-safe. */
public final class InboundPath {
  private static final long RESET_AGE_NS = 2_000_000_000L;
  private static final long RESET_DISTANCE = 2048;

  private final int number;
  private final LossEstimator loss = new LossEstimator();
  private int interfaceIndex;
  private Carrier carrier;
  private long highest = -1;
  private long received;
  private long highestAtNs;
  private long lastReceivedNs;
  private long sampledHighest = -1;
  private long sampledReceived;
  private boolean reportPending;

  /** Makes the record of a path on which something has just arrived. */
  public InboundPath(int number, int interfaceIndex, Carrier carrier) {
    this.number = number;
    this.interfaceIndex = interfaceIndex;
    this.carrier = carrier;
  }

  /** Takes one authentic datagram. */
  public void onReceived(
      long nowNs, int onInterface, Carrier onCarrier, long counter, boolean ackEliciting) {
    interfaceIndex = onInterface;
    carrier = onCarrier;
    lastReceivedNs = nowNs;
    boolean older = counter < highest;
    if (older && (nowNs - highestAtNs > RESET_AGE_NS || highest - counter > RESET_DISTANCE)) {
      // No reordering: a new association counts from zero.
      reset();
    }
    if (highest < 0) {
      sampledHighest = counter - 1; // what was sent before we listened is not lost
    }
    if (counter > highest) {
      highest = counter;
      highestAtNs = nowNs;
    }
    received++;
    if (highest - sampledHighest >= 16) {
      sampleLoss();
    }
    reportPending |= ackEliciting;
  }

  private void sampleLoss() {
    loss.onSample(highest - sampledHighest, received - sampledReceived);
    sampledHighest = highest;
    sampledReceived = received;
  }

  /** Forgets the counts: the peer's counters begin anew. */
  public void reset() {
    highest = -1;
    received = 0;
    sampledHighest = -1;
    sampledReceived = 0;
    reportPending = false;
  }

  /** Says whether something arrived that the peer wants confirmed. */
  public boolean isReportPending() {
    return reportPending;
  }

  /** Returns the report of this moment and regards it as sent. */
  public PathReport takeReport(long nowNs) {
    reportPending = false;
    return new PathReport(number, highest, received, Math.max(0, (nowNs - highestAtNs) / 1_000));
  }

  /** Returns the peer's number of this path. */
  public int number() {
    return number;
  }

  /** Returns the highest counter received, or -1. */
  public long highest() {
    return highest;
  }

  /** Returns the local interface on which the newest datagram came. */
  public int interfaceIndex() {
    return interfaceIndex;
  }

  /** Returns the carrier on which the newest datagram came. */
  public Carrier carrier() {
    return carrier;
  }

  /** Returns when the newest datagram came. */
  public long lastReceivedNs() {
    return lastReceivedNs;
  }

  /** Returns the share lost on the way here. */
  public LossEstimator loss() {
    return loss;
  }
}

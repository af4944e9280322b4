package io.limpet.tcp.internal.cc;

import org.jspecify.annotations.Nullable;

/**
 * Whether somebody else keeps the queue full, and the window while they do.
 *
 * <p>Who only looks at delay starves beside a sender that fills the queue until it overflows. Where
 * chance takes nothing the rules are the other's: from then on the window is CUBIC's, until the
 * queue runs empty when this flow holds back, or the path turns out to lose some. Not thread-safe.
 */
final class Rivalry {
  private static final double LOSSLESS = 0.005;
  private static final int FOREIGN_QUEUES = 2;
  private static final long GAP_NS = 3_000_000_000L;

  private final long slackNs;
  private final QueueSwing swing = new QueueSwing();
  private int foreignQueues;
  private @Nullable Cubic cubic;
  private long backedOffNs;

  Rivalry(long slackNs) {
    this.slackNs = slackNs;
  }

  /** Says whether this flow competes. */
  boolean isOn() {
    return cubic != null;
  }

  /** Returns CUBIC's window while this flow competes, else {@code own}. */
  long windowBytes(long own) {
    return cubic == null ? own : cubic.windowBytes();
  }

  /** Takes the queue that a round has shown. */
  void onRound(long nowNs, long queueNs) {
    swing.onRound(nowNs, queueNs);
  }

  /**
   * Takes what is acknowledged and lost while this flow competes.
   *
   * @return true when it is time to hold back, to see whether the queue is somebody else's still
   */
  boolean onAck(RateSample sample, long srttNs, boolean steady, long heldBackAtNs) {
    if (cubic == null) {
      return false;
    }
    cubic.onAck(sample);
    if (!steady) {
      return false;
    }
    long sinceNs = sample.nowNs - heldBackAtNs;
    if (sample.newlyLostBytes > 0 && sample.nowNs - backedOffNs > srttNs) {
      cubic.onLossEvent(sample.nowNs, sample.priorInFlight);
      cubic.onRecoveryExit(sample.nowNs);
      backedOffNs = sample.nowNs;
      // Others in the same place back off at the same time.
      return sinceNs > GAP_NS;
    }
    return sinceNs > 2 * GAP_NS;
  }

  /**
   * Takes the queue that was left although this flow held back.
   *
   * @return true if this flow has stopped competing
   */
  boolean onHeldBack(long leftNs, long floorNs, double randomLoss, long windowBytes, int mss) {
    foreignQueues = leftNs > 2 * slackNs ? foreignQueues + 1 : 0;
    if (cubic != null) {
      if (leftNs >= slackNs && randomLoss < 2 * LOSSLESS) {
        return false;
      }
      // The queue is gone as soon as we hold back, so nobody else fills it; or chance takes so much
      // that whoever obeys loss has not filled it.
      cubic = null;
      foreignQueues = 0;
      swing.clear();
      return true;
    }
    if (randomLoss < LOSSLESS && isQueueForeign(floorNs)) {
      cubic = new Cubic(mss, windowBytes);
    }
    return false;
  }

  /**
   * Says whether somebody else moves the queue: it does not go when this flow holds back, or it has
   * been rising and falling for long.
   */
  private boolean isQueueForeign(long floorNs) {
    long much = Math.max(4 * slackNs, floorNs / 4);
    return (foreignQueues >= FOREIGN_QUEUES && swing.ns() > much) || swing.persistentNs() > much;
  }

  void setMaxSegmentBytes(int maxSegmentBytes) {
    if (cubic != null) {
      cubic.setMaxSegmentBytes(maxSegmentBytes);
    }
  }
}

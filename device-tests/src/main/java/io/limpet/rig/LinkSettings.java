package io.limpet.rig;

import java.time.Duration;

/**
 * What one direction of a link between two devices is like.
 *
 * <p>Start from {@link #plain()} and change what matters: {@code
 * plain().withDelay(ofMillis(10)).withLoss(0.1)}.
 *
 * @param loss fate of unicast frames (of each attempt, if there are retries)
 * @param multicastLoss fate of multicast and broadcast frames
 * @param delay propagation delay, after the frame has been sent completely
 * @param jitter further delay, uniform between nothing and this; the order of frames is kept
 * @param duplicate probability, 0 to 1, that a frame arrives twice
 * @param reorder probability, 0 to 1, that a frame is held back so that later ones overtake it
 * @param reorderHold for how long such a frame is held back
 * @param rateBitsPerSecond at which the sender's radio sends to this receiver, counted on whole
 *     Ethernet frames without FCS; 0: without limit
 * @param multicastRateBitsPerSecond the radio's basic rate, at which multicast is sent; 0: the same
 *     as unicast
 * @param queueBytes of the sender's drop-tail queue that frames of this direction may fill, not
 *     counting the frame being sent; 0: twice the bandwidth-delay product, at least 64 kB
 * @param unicastRetries how often a lost unicast frame is sent again, as an 802.11 radio does; each
 *     try costs airtime
 */
public record LinkSettings(
    Loss loss,
    Loss multicastLoss,
    Duration delay,
    Duration jitter,
    double duplicate,
    double reorder,
    Duration reorderHold,
    long rateBitsPerSecond,
    long multicastRateBitsPerSecond,
    int queueBytes,
    int unicastRetries) {

  private static final int MINIMUM_QUEUE_BYTES = 64 * 1024;
  private static final int MAXIMUM_QUEUE_BYTES = 64 * 1024 * 1024;
  private static final int MAXIMUM_RETRIES = 64;
  private static final Duration MAXIMUM_DELAY = Duration.ofMinutes(1);
  private static final LinkSettings PLAIN =
      new LinkSettings(
          Loss.none(),
          Loss.none(),
          Duration.ofMillis(1),
          Duration.ZERO,
          0,
          0,
          Duration.ofMillis(10),
          0,
          0,
          0,
          0);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range; delays may be up to one minute
   */
  public LinkSettings {
    requireDelay("delay", delay);
    requireDelay("jitter", jitter);
    requireDelay("reorderHold", reorderHold);
    if (!(duplicate >= 0 && duplicate <= 1) || !(reorder >= 0 && reorder <= 1)) {
      throw new IllegalArgumentException("probabilities must be 0 to 1");
    }
    if (rateBitsPerSecond < 0 || multicastRateBitsPerSecond < 0) {
      throw new IllegalArgumentException("a rate must not be negative");
    }
    if (queueBytes < 0 || queueBytes > MAXIMUM_QUEUE_BYTES) {
      throw new IllegalArgumentException("queueBytes out of range: " + queueBytes);
    }
    if (unicastRetries < 0 || unicastRetries > MAXIMUM_RETRIES) {
      throw new IllegalArgumentException("unicastRetries out of range: " + unicastRetries);
    }
  }

  /** A link without loss or limit, and a delay of one millisecond. */
  public static LinkSettings plain() {
    return PLAIN;
  }

  /** The same, each frame of any kind lost with this probability. */
  public LinkSettings withLoss(double probability) {
    return withLoss(Loss.independent(probability));
  }

  /** The same with this loss for frames of any kind. */
  public LinkSettings withLoss(Loss newLoss) {
    return withUnicastLoss(newLoss).withMulticastLoss(newLoss);
  }

  /** The same with this loss for unicast frames only. */
  public LinkSettings withUnicastLoss(Loss newLoss) {
    return new LinkSettings(
        newLoss,
        multicastLoss,
        delay,
        jitter,
        duplicate,
        reorder,
        reorderHold,
        rateBitsPerSecond,
        multicastRateBitsPerSecond,
        queueBytes,
        unicastRetries);
  }

  /** The same with this loss for multicast and broadcast frames only. */
  public LinkSettings withMulticastLoss(Loss newLoss) {
    return new LinkSettings(
        loss,
        newLoss,
        delay,
        jitter,
        duplicate,
        reorder,
        reorderHold,
        rateBitsPerSecond,
        multicastRateBitsPerSecond,
        queueBytes,
        unicastRetries);
  }

  /** The same with this propagation delay. */
  public LinkSettings withDelay(Duration newDelay) {
    return withDelay(newDelay, jitter);
  }

  /** The same with this propagation delay and jitter. */
  public LinkSettings withDelay(Duration newDelay, Duration newJitter) {
    return new LinkSettings(
        loss,
        multicastLoss,
        newDelay,
        newJitter,
        duplicate,
        reorder,
        reorderHold,
        rateBitsPerSecond,
        multicastRateBitsPerSecond,
        queueBytes,
        unicastRetries);
  }

  /** The same, a frame arriving twice with this probability. */
  public LinkSettings withDuplication(double probability) {
    return new LinkSettings(
        loss,
        multicastLoss,
        delay,
        jitter,
        probability,
        reorder,
        reorderHold,
        rateBitsPerSecond,
        multicastRateBitsPerSecond,
        queueBytes,
        unicastRetries);
  }

  /** The same, a frame being held back for a while with this probability. */
  public LinkSettings withReordering(double probability, Duration hold) {
    return new LinkSettings(
        loss,
        multicastLoss,
        delay,
        jitter,
        duplicate,
        probability,
        hold,
        rateBitsPerSecond,
        multicastRateBitsPerSecond,
        queueBytes,
        unicastRetries);
  }

  /** The same at this rate, for frames of any kind; 0: without limit. */
  public LinkSettings withRate(long bitsPerSecond) {
    return withRate(bitsPerSecond, 0);
  }

  /** The same with these rates for unicast and for multicast; 0 for the second: the same. */
  public LinkSettings withRate(long bitsPerSecond, long multicastBitsPerSecond) {
    return new LinkSettings(
        loss,
        multicastLoss,
        delay,
        jitter,
        duplicate,
        reorder,
        reorderHold,
        bitsPerSecond,
        multicastBitsPerSecond,
        queueBytes,
        unicastRetries);
  }

  /** The same with this length of the sender's queue; 0: the default. */
  public LinkSettings withQueue(int bytes) {
    return new LinkSettings(
        loss,
        multicastLoss,
        delay,
        jitter,
        duplicate,
        reorder,
        reorderHold,
        rateBitsPerSecond,
        multicastRateBitsPerSecond,
        bytes,
        unicastRetries);
  }

  /** The same with so many retries of a lost unicast frame. */
  public LinkSettings withUnicastRetries(int retries) {
    return new LinkSettings(
        loss,
        multicastLoss,
        delay,
        jitter,
        duplicate,
        reorder,
        reorderHold,
        rateBitsPerSecond,
        multicastRateBitsPerSecond,
        queueBytes,
        retries);
  }

  /** The queue's length in bytes with the default worked out. */
  public int effectiveQueueBytes() {
    if (queueBytes > 0) {
      return queueBytes;
    }
    double roundTripSeconds = 2 * delay.toNanos() / 1e9;
    double bandwidthDelayBytes = rateBitsPerSecond / 8.0 * roundTripSeconds;
    return (int)
        Math.min(MAXIMUM_QUEUE_BYTES, Math.max(MINIMUM_QUEUE_BYTES, 2 * bandwidthDelayBytes));
  }

  private static void requireDelay(String name, Duration value) {
    if (value.isNegative() || value.compareTo(MAXIMUM_DELAY) > 0) {
      throw new IllegalArgumentException(name + " out of range: " + value);
    }
  }
}

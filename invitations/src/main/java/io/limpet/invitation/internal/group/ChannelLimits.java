package io.limpet.invitation.internal.group;

import io.limpet.invitation.internal.wire.Limits;
import java.time.Duration;

/**
 * Bounds and prices of a channel. Immutable; safe for any thread.
 *
 * @param retainMessages most own messages that are kept for members who do not have them
 * @param retainBytes most bytes in them
 * @param retain how long they are kept
 * @param backlogBytes most own bytes that wait to be sent for the first time; who publishes more
 *     waits
 * @param windowPackets how many packets a sender may be ahead of its slowest member that listens,
 *     and the farthest ahead that a receiver takes
 * @param heldBytes most bytes that are held of all senders, out of order or not yet stored
 * @param unicastCost airtime of a repair by unicast in terms of one by multicast of the same size:
 *     1/4 is careful for a radio whose basic rate is 6 Mbit/s and whose data rates are 24 Mbit/s
 *     and more, retries included
 * @param nackAloudFrom from how many members on what is missing is asked for by multicast, so that
 *     others who miss the same hear it and keep quiet; fewer ask the sender alone
 */
public record ChannelLimits(
    int retainMessages,
    int retainBytes,
    Duration retain,
    int backlogBytes,
    int windowPackets,
    int heldBytes,
    double unicastCost,
    int nackAloudFrom) {

  /** Longest message, in bytes, with what the service adds to a payload of 1 MB. */
  public static final int MAX_MESSAGE = (1 << 20) + 64;

  /** Most pieces of a message. */
  static final int MAX_FRAGMENTS = 4096;

  /** Fewest bytes in a piece: what lets the longest message be cut in time. */
  static final int MIN_CHUNK = MAX_MESSAGE / MAX_FRAGMENTS + 1;

  /** Longest datagram of a channel that is looked at. */
  static final int MAX_DATAGRAM = Limits.MAX_PACKET;

  /** Most packets in a parity, or in what is asked for at once. */
  static final int MAX_SPAN = 64;

  /** Returns the defaults. */
  public static ChannelLimits defaults() {
    return new ChannelLimits(
        10_000, 16 << 20, Duration.ofDays(7), 256 << 10, 2048, 16 << 20, 0.25, 32);
  }

  /** The same with other bounds on what is kept for those who are away. */
  public ChannelLimits withRetention(int messages, int bytes, Duration time) {
    return new ChannelLimits(
        messages, bytes, time, backlogBytes, windowPackets, heldBytes, unicastCost, nackAloudFrom);
  }
}

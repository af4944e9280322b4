package io.limpet.invitation.internal.group;

import io.limpet.link.MeshAddress;
import java.util.BitSet;
import java.util.List;

/**
 * What travels in the datagrams of a channel. All are values, whose arrays nobody changes.
 *
 * <p>A sender's <em>stream</em> is its numbered packets; it goes on as long as the sender's store
 * does. A <em>transmission</em> is a datagram that it sends by multicast, whatever is inside.
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
sealed interface Packet {
  /** From a sender, about its own stream. */
  sealed interface OfSender extends Packet {
    long stream();

    /** Returns the number of the transmission, 0 when it did not go by multicast. */
    long tx();

    /** Returns the short form of the member that is to acknowledge transmissions. */
    int acker();
  }

  /**
   * A piece of a message.
   *
   * @param number of the packet, from 1
   * @param lag how many of the packets before it the sender still keeps
   * @param body see {@link Fragment}
   */
  record Data(long stream, long tx, int acker, long number, long lag, byte[] body)
      implements OfSender {}

  /**
   * The sum of some packets' bodies, each times a factor of its own in GF(256).
   *
   * @param first the first of the packets
   * @param count how many they are
   * @param index which of the possible sums
   */
  record Parity(long stream, long tx, int acker, long first, int count, int index, byte[] symbol)
      implements OfSender {}

  /**
   * How far the stream has got.
   *
   * @param next the first packet that was not sent yet
   * @param base the first packet that is still kept
   * @param unheard short forms of those who are to say how far they have got
   */
  record Heartbeat(long stream, long tx, int acker, long next, long base, List<Integer> unheard)
      implements OfSender {}

  /**
   * What is missing.
   *
   * @param sender whose stream
   * @param first the packet that the first bit stands for
   * @param missing a set bit for each packet that is missing, lowest bit of the first byte first
   */
  record Nack(MeshAddress sender, long stream, Position position, long first, byte[] missing)
      implements Packet {
    /** Returns the numbers of the packets that are missing, in order. */
    long[] packets() {
      return BitSet.valueOf(missing).stream().mapToLong(i -> first + i).toArray();
    }
  }

  /**
   * How far a member has got in one sender's stream.
   *
   * @param sender short form of the sender
   */
  record Report(int sender, long stream, Position position) {}

  /** How far a member has got, in a few senders' streams. */
  record Reports(List<Report> each) implements Packet {}

  /**
   * A transmission was heard by the member that is to acknowledge them.
   *
   * @param tx the highest that was heard
   * @param heldNs how long ago
   */
  record Ack(long stream, long tx, long heldNs) implements Packet {}
}

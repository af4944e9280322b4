package io.limpet.link;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Sealed, unreliable datagrams to a group: said once, by multicast, for all who hold the group's
 * key.
 *
 * <p>Who holds a key reads what is sealed with it, and could seal in the name of any other holder:
 * a datagram proves that its sender is of the group, and names which one. Only peers whose hello
 * was heard are listened to. Loss and reordering are possible; nothing arrives twice while this
 * node runs and holds the key. Confined to {@link MeshDatagrams#eventLoop()}.
 */
public interface MeshGroups {
  /** Length of a group's identifier, in bytes. */
  int GROUP_ID_BYTES = 16;

  /** Length of a key's secret, in bytes. */
  int SECRET_BYTES = 32;

  /** Most keys of one group at a time. */
  int MAX_KEYS = 4;

  /** No groups at all: what a link has that carries none. Members are reached one by one. */
  MeshGroups NONE =
      new MeshGroups() {
        @Override
        public void setGroup(Bytes groupId, List<GroupKey> keys, Receiver receiver) {
          // Nothing will ever arrive.
        }

        @Override
        public void removeGroup(Bytes groupId) {
          // There is none.
        }

        @Override
        public int maxPayloadBytes() {
          return 0;
        }

        @Override
        public SendOutcome send(Bytes groupId, ByteBuf payload) {
          payload.release();
          return SendOutcome.NO_CAPACITY;
        }
      };

  /**
   * A key of a group. A value; safe for any thread. Does not print its secret.
   *
   * @param number which one it is: the version of the membership that it belongs to
   * @param secret {@link #SECRET_BYTES} that only the members know, drawn at random
   */
  record GroupKey(long number, Bytes secret) {
    /** Checks the length. */
    public GroupKey {
      if (secret.length() != SECRET_BYTES) {
        throw new IllegalArgumentException(
            "a group's secret has " + SECRET_BYTES + " bytes, not " + secret.length());
      }
    }

    @Override
    public String toString() {
      return "GroupKey[number=" + number + "]";
    }
  }

  /** Receives the datagrams of a group. */
  interface Receiver {
    /**
     * Takes one datagram.
     *
     * @param from the member that it names
     * @param keyNumber the number of the key that it was sealed with
     * @param payload valid during the call only; retain or copy what is kept
     * @param ingressNs when it was read from the socket, on the event loop's ticker
     */
    void onDatagram(MeshAddress from, long keyNumber, ByteBuf payload, long ingressNs);

    /** Called when a batch of datagrams has been delivered: the moment to answer. */
    default void onBatchComplete() {}
  }

  /**
   * Says with which keys a group is heard and spoken to, from now on. A key that the group has
   * already goes on as it was.
   *
   * @param groupId {@link #GROUP_ID_BYTES}; does not appear on the air
   * @param keys 1 to {@link #MAX_KEYS}, the newest first: it seals, the others still open
   * @throws IllegalArgumentException for another length of the identifier or number of keys
   */
  void setGroup(Bytes groupId, List<GroupKey> keys, Receiver receiver);

  /** Forgets a group and wipes its keys. Nothing when there is no such group. */
  void removeGroup(Bytes groupId);

  /**
   * Returns the largest payload that fits one datagram to all, in bytes. It does not depend on who
   * the members are, and changes only with the interfaces.
   */
  int maxPayloadBytes();

  /**
   * Seals one datagram with the newest key and sends it by multicast, on every interface in use. It
   * may wait for {@link MeshDatagrams#flush()}.
   *
   * @param payload its ownership passes, whatever the outcome
   * @return {@link SendOutcome#SENT}; {@link SendOutcome#TOO_LARGE}; {@link
   *     SendOutcome#NO_CAPACITY} when there is no such group, no interface, or too much waits to be
   *     transmitted already
   */
  SendOutcome send(Bytes groupId, ByteBuf payload);
}

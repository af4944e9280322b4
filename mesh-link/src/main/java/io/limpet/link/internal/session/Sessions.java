package io.limpet.link.internal.session;

import io.limpet.link.Bytes;
import io.limpet.link.MeshAddress;
import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * All sealed associations of one node. Sans-IO; not thread-safe.
 *
 * <p>Handshake: Noise_IK_25519_AESGCM_SHA256, one datagram each way, early frames in the first.
 * Transport: AES-GCM, 96-bit nonce made of the sender's path number and that path's own counter, a
 * sliding replay window per path.
 */
public interface Sessions {

  /** Bytes that {@link #seal} adds to the frames: header and tag. */
  int overheadBytes();

  /** Learns (from a verified hello) the key that a handshake with a peer needs. Idempotent. */
  void learn(MeshAddress peer, Bytes noiseKey, long epoch);

  /** Says whether {@link #seal} can succeed for a peer. */
  boolean isReady(MeshAddress peer);

  /** Says whether the key that {@link #initiate} needs is known. */
  boolean canInitiate(MeshAddress peer);

  /** Drops everything shared with a peer (it restarted, or is forgotten). */
  void drop(MeshAddress peer);

  /**
   * Makes the first handshake datagram, to be sent on every carrier at once: the receiver takes the
   * first copy and answers later copies alike.
   *
   * @param earlyFrames frames that ride along, encrypted, already at the first flight; may be
   *     empty; ownership stays with the caller
   */
  ByteBuf initiate(long nowNs, MeshAddress peer, ByteBuf earlyFrames);

  /** Returns the largest size of early frames that fit a datagram of this size. */
  int maxEarlyBytes(int datagramBytes);

  /**
   * Seals frames into {@code out}, at its writer index, using the next counter of the path. Equal
   * datagrams can so be laid back to back. The frames' reader index stays where it is.
   *
   * @param pathNumber 0..255, the sender's own numbering
   * @return the counter used, from 0, or -1 when there is no usable association
   */
  long seal(long nowNs, MeshAddress peer, int pathNumber, ByteBuf frames, ByteBuf out);

  /**
   * Says whether it is time to initiate anew (no association, an initiation unanswered for its
   * retry time, or a rekey due).
   */
  boolean wantsInitiation(long nowNs, MeshAddress peer);

  /** Takes one datagram of any type but a hello. Never throws on bad input. */
  Inbound open(long nowNs, ByteBuf datagram, Arrival arrival);

  /**
   * How a datagram came.
   *
   * @param place one number for each interface and carrier
   * @param overMulticast whether the carrier is multicast, where datagrams for others are normal
   * @param source the address that it claims to come from
   */
  record Arrival(int place, boolean overMulticast, InetSocketAddress source) {}

  /** What a datagram turned out to be. */
  sealed interface Inbound {
    /**
     * Authentic frames from a peer.
     *
     * @param pathNumber the sender's number of the path it sent on, or -1 for a handshake
     * @param counter the sender's counter on that path, or -1 for a handshake; it goes on across
     *     associations and begins anew only with a new epoch
     * @param frames owned by the receiver of this value, who releases it
     * @param reply the next datagram of a handshake (a second message, or the confirmation of one)
     *     to send back on the carrier that this came on (and, while nothing is known, on the
     *     others), or null; owned by the receiver of this value
     * @param established whether this datagram made an association usable
     * @param epoch the peer's epoch as its handshake said, or -1 for data
     * @param remoteKey the peer's Ed25519 key as its handshake proved, or null for data
     */
    record Frames(
        MeshAddress peer,
        int pathNumber,
        long counter,
        ByteBuf frames,
        @Nullable ByteBuf reply,
        boolean established,
        long epoch,
        @Nullable Bytes remoteKey)
        implements Inbound {}

    /** Not for this node; normal on multicast. */
    record NotForUs() implements Inbound {}

    /** A datagram seen before: dropped, but it proves that its path passes datagrams. */
    record Duplicate(MeshAddress peer, int pathNumber, @Nullable ByteBuf reply)
        implements Inbound {}

    /**
     * A first message that is to be answered by a demand for proof, because this node is under
     * load; dropped otherwise, and to be counted.
     *
     * @param cookie to send back where the message came from; owned by the receiver of this value
     */
    record Challenged(ByteBuf cookie, String reason) implements Inbound {}

    /**
     * The responder demands a proof of address: to be sent once more, on this carrier only, and to
     * where the peer is known to be. Never to where the demand came from, which anyone can forge.
     *
     * @param datagram the first message with the proof; owned by the receiver of this value
     */
    record Repeat(MeshAddress peer, ByteBuf datagram) implements Inbound {}

    /** Dropped and to be counted. */
    record Rejected(String reason) implements Inbound {}
  }
}

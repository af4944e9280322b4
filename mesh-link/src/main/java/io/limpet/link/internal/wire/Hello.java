package io.limpet.link.internal.wire;

import io.limpet.link.Bytes;
import io.limpet.link.Carrier;
import io.limpet.link.MeshAddress;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signed beacon: who I am, where I am reached on this interface, and whom I heard lately and how.
 *
 * @param signingKey Ed25519 public key, 32 bytes; the address is computed from it
 * @param noiseKey X25519 static public key, 32 bytes
 * @param nickname 1..64 UTF-8 bytes
 * @param epoch raised at each start
 * @param sequence raised with each hello of this epoch
 * @param kind ordinary or goodbye
 * @param mac of the interface it is sent on, or null
 * @param ipAddresses of the interface it is sent on, at most {@link #MAX_ADDRESSES}
 * @param unicastPort where the unicast sockets listen
 * @param heard peers heard lately, at most {@link #MAX_HEARD}, with the carriers on which
 * @param announcement opaque bytes of the presence layer
 */
public record Hello(
    Bytes signingKey,
    Bytes noiseKey,
    String nickname,
    long epoch,
    long sequence,
    Kind kind,
    @Nullable Bytes mac,
    List<InetAddress> ipAddresses,
    int unicastPort,
    List<Heard> heard,
    Bytes announcement) {

  /** Most addresses in one hello. */
  public static final int MAX_ADDRESSES = 8;

  /** Most peers in the heard list of one hello. */
  public static final int MAX_HEARD = 48;

  /** What a hello is for. */
  public enum Kind {
    /** I am here. */
    HELLO,
    /** I am leaving. */
    GOODBYE
  }

  /**
   * A peer that the sender heard lately.
   *
   * @param peer low 64 bits of its address
   * @param carriers on which it was heard
   */
  public record Heard(long peer, java.util.Set<Carrier> carriers) {
    /** Says whether this names an address. */
    public boolean names(MeshAddress address) {
      return peer == address.low();
    }
  }
}

package io.limpet.link.internal.wire;

import io.limpet.link.Bytes;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signed beacon: who I am, where I am reached on this interface, and what there is to say of the
 * moment. All but the last is its profile, which a {@link Beat} names instead of repeating it.
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
 * @param announcement opaque bytes of the presence layer
 * @param tidings what is said of the moment
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
    Bytes announcement,
    Tidings tidings) {

  /** Most addresses in one hello. */
  public static final int MAX_ADDRESSES = 8;

  /** What a hello is for. */
  public enum Kind {
    /** I am here. */
    HELLO,
    /** I am leaving. */
    GOODBYE
  }

  /** Returns what a hello of the same profile is at another moment. */
  public Hello at(long newSequence, Kind newKind, Tidings newTidings) {
    return new Hello(
        signingKey,
        noiseKey,
        nickname,
        epoch,
        newSequence,
        newKind,
        mac,
        ipAddresses,
        unicastPort,
        announcement,
        newTidings);
  }
}

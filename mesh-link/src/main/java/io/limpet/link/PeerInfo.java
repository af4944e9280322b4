package io.limpet.link;

import java.util.List;

/**
 * What a peer says of itself in its signed hello. A value; safe for any thread.
 *
 * @param address computed from {@code signingKey}, therefore proven
 * @param signingKey Ed25519 public key, 32 bytes
 * @param nickname a claim, 1..64 UTF-8 bytes
 * @param epoch raised at each start of the peer
 * @param announcement opaque bytes of the presence layer, at most {@link
 *     MeshLink#MAX_ANNOUNCEMENT_BYTES}
 * @param ipAddresses the peer's addresses on the interface where it was heard, newest hello
 */
public record PeerInfo(
    MeshAddress address,
    Bytes signingKey,
    String nickname,
    long epoch,
    Bytes announcement,
    List<String> ipAddresses) {}

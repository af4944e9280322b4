package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Initial sequence numbers and timestamp offsets: a clock plus a keyed hash of the four-tuple (RFC
 * 6528 section 3, RFC 7323 section 5.4), so that neither can be guessed from another connection's.
 */
final class IsnGenerator {
  private static final long TICK_NS = 4_000;

  private final Mac mac;
  private final MeshAddress local;

  IsnGenerator(MeshAddress local, byte[] secret) {
    this.local = local;
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** Returns the hash: the sequence number offset above, the timestamp offset below. */
  long hash(MeshAddress peer, int localPort, int remotePort) {
    ByteBuffer tuple = ByteBuffer.allocate(2 * MeshAddress.BYTES + 4);
    local.write(tuple);
    peer.write(tuple);
    tuple.putShort((short) localPort).putShort((short) remotePort);
    return ByteBuffer.wrap(mac.doFinal(tuple.array())).getLong();
  }

  /** Returns the initial sequence number for a hash at a time. */
  static int initialSequence(long hash, long nowNs) {
    return (int) (hash >>> 32) + (int) (nowNs / TICK_NS);
  }
}

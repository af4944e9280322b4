package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import java.nio.ByteBuffer;

/** Takes segments from the engine. */
@FunctionalInterface
public interface SegmentSink {
  /**
   * Offers one encoded segment.
   *
   * @param segment valid during the call only
   * @return false when the link has no capacity: the engine keeps its state as if nothing was sent
   */
  boolean offer(MeshAddress to, ByteBuffer segment);

  /**
   * The segment that was just accepted went out before.
   *
   * @param sequence of its first octet
   * @param bytes of data
   */
  default void resent(TcpConnection connection, int sequence, int bytes, Resend why) {}
}

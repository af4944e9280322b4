package io.limpet.node.internal.journal;

import io.limpet.tcp.TcpInfo;
import org.jspecify.annotations.Nullable;

/**
 * What a connection carried between two looks at it. A value.
 *
 * @param before the look before, or null for a connection that is new
 * @param overMs between the two, at least 1
 */
public record Throughput(@Nullable TcpInfo before, TcpInfo now, long overMs) {
  /** Returns what the peer acknowledged. */
  public long sentBitsPerSecond() {
    return bitsPerSecond(now.bytesAcked() - (before == null ? 0 : before.bytesAcked()));
  }

  /** Returns what came in order. */
  public long receivedBitsPerSecond() {
    return bitsPerSecond(now.bytesReceived() - (before == null ? 0 : before.bytesReceived()));
  }

  /** Returns how many segments were sent again. */
  public long retransmitted() {
    return now.segmentsRetransmitted() - (before == null ? 0 : before.segmentsRetransmitted());
  }

  long bytes() {
    return (sentBitsPerSecond() + receivedBitsPerSecond()) * overMs / 8_000;
  }

  private long bitsPerSecond(long bytes) {
    return Math.max(0, bytes) * 8_000 / overMs;
  }
}

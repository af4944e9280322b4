package io.limpet.tcp.internal.engine;

import io.limpet.tcp.internal.cc.RateSample;
import io.limpet.tcp.internal.wire.Segment;
import java.nio.ByteBuffer;

/**
 * What every connection of an endpoint needs while it is at work, and none while it is idle: one at
 * a time uses it.
 */
final class Workspace {
  /** Largest segment. */
  static final int BYTES = 1 << 16;

  /** The segment that is being put together. */
  final Segment header = new Segment();

  /** Its bytes. */
  final ByteBuffer bytes = ByteBuffer.allocate(BYTES);

  /** What the acknowledgement at hand says about the path. */
  final RateSample sample = new RateSample();
}

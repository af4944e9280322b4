package io.limpet.tcp;

import io.limpet.link.MeshAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a trace takes down. Immutable; safe for any thread.
 *
 * @param peer only segments to and from this peer, or null for those of all
 * @param dataBytes of each segment's data so much is kept beside its headers, 0 to 65,535; 0 keeps
 *     what was said private
 * @param maxFileBytes the trace ends before its file grows larger; at least 4096
 */
public record TraceOptions(@Nullable MeshAddress peer, int dataBytes, long maxFileBytes) {
  private static final int MOST_DATA_BYTES = 65_535;
  private static final long DEFAULT_FILE_BYTES = 64L << 20;
  private static final long LEAST_FILE_BYTES = 4096;

  /** Checks every range. */
  public TraceOptions {
    if (dataBytes < 0 || dataBytes > MOST_DATA_BYTES) {
      throw new IllegalArgumentException("of data 0 to 65535 bytes are kept, not " + dataBytes);
    }
    if (maxFileBytes < LEAST_FILE_BYTES) {
      throw new IllegalArgumentException("a trace takes at least 4096 bytes, not " + maxFileBytes);
    }
  }

  /** Returns the defaults: headers only, of all peers, in a file of at most 64 MiB. */
  public static TraceOptions defaults() {
    return new TraceOptions(null, 0, DEFAULT_FILE_BYTES);
  }

  /** Returns the same for one peer. */
  public TraceOptions withPeer(@Nullable MeshAddress onlyPeer) {
    return new TraceOptions(onlyPeer, dataBytes, maxFileBytes);
  }

  /** Returns the same with so much of each segment's data. */
  public TraceOptions withDataBytes(int bytes) {
    return new TraceOptions(peer, bytes, maxFileBytes);
  }

  /** Returns the same with another limit to the file. */
  public TraceOptions withMaxFileBytes(long bytes) {
    return new TraceOptions(peer, dataBytes, bytes);
  }
}

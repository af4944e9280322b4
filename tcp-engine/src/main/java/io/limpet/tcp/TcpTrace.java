package io.limpet.tcp;

import java.nio.file.Path;
import java.util.concurrent.CompletionStage;

/**
 * A trace that is being written: the headers of every segment as pcapng, for Wireshark and tcpdump.
 * Safe for any thread.
 *
 * <p>A thread of the trace's own writes it, by way of a bounded queue; what does not fit there is
 * counted and left out. The file can be read while it grows.
 */
public interface TcpTrace extends AutoCloseable {

  /** Returns where it is written. */
  Path file();

  /** Returns how far it has come. */
  TraceSummary summary();

  /**
   * Completes when the file is whole: after {@link #close}, when it is full, or when the node's TCP
   * is closed. Fails with an {@code IOException} when it could not be written any longer.
   */
  CompletionStage<TraceSummary> ended();

  /** Ends the trace, and does not wait for it: {@link #ended} tells. Idempotent. */
  @Override
  void close();
}

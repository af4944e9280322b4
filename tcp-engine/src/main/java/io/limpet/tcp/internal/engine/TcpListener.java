package io.limpet.tcp.internal.engine;

import org.jspecify.annotations.Nullable;

/** A port that is listened at. */
public interface TcpListener {
  /** Returns the port. */
  int port();

  /**
   * Returns the next connection request, in state {@code SYN_RECEIVED} with nothing answered yet,
   * or null. The owner calls {@link TcpConnection#accept} or {@link TcpConnection#abort}.
   */
  @Nullable TcpConnection pollRequest();

  /** Returns requests that wait for {@link #pollRequest}. */
  int pending();

  /** Stops listening; waiting requests are refused. */
  void close(long nowNs);

  /** Hangs an object of the owner on the listener. */
  void setAttachment(@Nullable Object attachment);

  /** Returns what the owner hung on the listener. */
  @Nullable Object attachment();
}

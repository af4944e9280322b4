package io.limpet.tcp.internal.engine;

import io.limpet.link.MeshAddress;
import io.limpet.tcp.TcpInfo;
import io.limpet.tcp.TcpState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection as its application sees it. Four kinds of methods: getters, network input (by way
 * of {@link TcpEndpoint}), commands, and {@code poll…} for output.
 *
 * <p>After any command the owner drains {@link #pollEvent()} and calls {@link
 * TcpEndpoint#pollTransmit}.
 */
public interface TcpConnection {
  /** Returns the state. */
  TcpState state();

  /** Returns the remote node. */
  MeshAddress peer();

  /** Returns the local port. */
  int localPort();

  /** Returns the remote port. */
  int remotePort();

  /** Returns the bytes that {@link #read} would give now. */
  int readableBytes();

  /** Says whether the peer's FIN has been reached and everything before it read. */
  boolean isInputAtEnd();

  /** Returns the bytes that {@link #write} would take now. */
  int writableBytes();

  /** Returns the most bytes that may be written and not yet acknowledged. */
  int sendBufferBytes();

  /**
   * What is written from now on is the last before the end: it is taken up to {@link
   * #sendBufferBytes}, even if the path needs less or memory is short.
   */
  void expectLastWords();

  /** Returns the bytes that were written and are not yet acknowledged. */
  int unacknowledgedBytes();

  /**
   * Returns how many of the next bytes are urgent, those that have not arrived yet included: 0 when
   * the peer is in no hurry (RFC 9293 section 3.8.5).
   */
  int urgentBytes();

  /** Returns a snapshot of the statistics. */
  TcpInfo info(long nowNs);

  /**
   * Takes a connection request that a listener handed out: only now is the SYN-ACK sent ("connected
   * means accepted").
   */
  void accept(long nowNs);

  /**
   * Copies bytes into the send buffer, also before the connection is established.
   *
   * @return how many were taken, possibly 0
   * @throws IllegalStateException after {@link #shutdownOutput}, or once closed
   */
  int write(long nowNs, ByteBuffer source);

  /** Asks for {@link TcpEvent.Writable} when the next room appears, as a short write does. */
  void wantWritable();

  /**
   * Marks all that has been written and is not yet acknowledged as urgent: the peer's application
   * is told at once. New protocols should not use this (RFC 9293 SHLD-13, RFC 6093).
   *
   * @throws IllegalStateException after {@link #shutdownOutput}, or once closed
   */
  void markUrgent(long nowNs);

  /**
   * Copies received bytes out and opens the window accordingly.
   *
   * @return how many, 0 when there are none now, -1 at the end of the stream
   */
  int read(long nowNs, ByteBuffer target);

  /** Sends FIN after everything written so far (half-close). Idempotent. */
  void shutdownOutput(long nowNs);

  /**
   * Closes: FIN after everything written; what arrives from now on is discarded, and answered with
   * RST as RFC 9293 section 3.6.1 asks. If received data was not read, RST takes the place of FIN.
   */
  void close(long nowNs);

  /** Aborts: RST, everything unsent is dropped. */
  void abort(long nowNs);

  /** Changes an option that may change while the connection lives. */
  void setNoDelay(long nowNs, boolean noDelay);

  /** Sets the idle time before keepalive probes, 0 for none. */
  void setKeepAliveNs(long nowNs, long keepAliveNs);

  /** Sets the time between keepalive probes, and how many of them may fail; 0 for the defaults. */
  void setKeepAliveProbes(long intervalNs, int count);

  /** Sets the user timeout (RFC 5482). */
  void setUserTimeoutNs(long nowNs, long userTimeoutNs);

  /** Returns the next event, or null. */
  @Nullable TcpEvent pollEvent();

  /** Hangs an object of the owner on the connection, such as its channel. */
  void setAttachment(@Nullable Object attachment);

  /** Returns what the owner hung on the connection. */
  @Nullable Object attachment();
}

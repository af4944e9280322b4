package io.limpet.tcp.internal.engine;

import io.limpet.tcp.CloseReason;

/** What a connection tells its application. All are values. */
public sealed interface TcpEvent {
  /** The connection is established: the other side's application has accepted it. */
  record Connected() implements TcpEvent {}

  /** There is something new to read, or the end of the stream has been reached. */
  @SuppressWarnings("JavaLangClash") // the word is the one that channels use
  record Readable() implements TcpEvent {}

  /**
   * The peer has urgent data on the way, or more of it than it said before; how much is left tells
   * {@link TcpConnection#urgentBytes}.
   */
  record Urgent() implements TcpEvent {}

  /** Room has appeared in the send buffer after a write came up short. */
  record Writable() implements TcpEvent {}

  /** Data has been pending, without any sign of the peer, for the configured time. */
  record PeerSuspect(long silentForNs) implements TcpEvent {}

  /** The peer gave a sign of life after {@link PeerSuspect}. */
  record PeerResumed() implements TcpEvent {}

  /** The connection is over. The last event, exactly once. */
  record Closed(CloseReason reason) implements TcpEvent {}
}

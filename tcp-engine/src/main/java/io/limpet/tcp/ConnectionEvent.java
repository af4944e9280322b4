package io.limpet.tcp;

import io.limpet.link.MeshAddress;
import java.time.Duration;

/**
 * What a mesh channel says of its peer, as Netty user events ({@code userEventTriggered}). All are
 * values.
 */
public sealed interface ConnectionEvent {

  /** Returns the remote node. */
  MeshAddress peer();

  /**
   * Data has been pending without any sign of the peer for the configured time. The connection
   * lives on: it ends by the user timeout, or goes on with {@link PeerResumed}.
   */
  record PeerSuspect(MeshAddress peer, Duration silentFor) implements ConnectionEvent {}

  /** The peer gave a sign of life after {@link PeerSuspect}. */
  record PeerResumed(MeshAddress peer) implements ConnectionEvent {}

  /**
   * The peer asks to hurry: it has urgent data on the way, or more of it than it said before (RFC
   * 9293 section 3.8.5). It comes in line, as all data does.
   *
   * @param bytes of those that the channel has not yet read, how many are urgent, those that have
   *     not arrived included; 0 if they have been read already
   */
  record Urgent(MeshAddress peer, int bytes) implements ConnectionEvent {}
}

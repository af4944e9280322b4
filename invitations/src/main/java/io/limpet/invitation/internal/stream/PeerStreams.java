package io.limpet.invitation.internal.stream;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;

/**
 * Ordered streams of messages to people, opened when there is something to say.
 *
 * <p>A stream may die at any time and take with it what was sent; whoever sends keeps what is not
 * acknowledged, and sends it again when told {@link Listener#onReady}. Between two people there may
 * for a while be two streams, and so a message may come twice or out of order; it is never altered,
 * and always from whom it says.
 *
 * <p>Confined to one event loop; listeners are called on it, never from within a call of theirs.
 */
public interface PeerStreams extends AutoCloseable {
  /** Takes what happens on streams. */
  interface Listener {
    /** What was sent to this person may be lost, and can be sent again now. */
    void onReady(MeshAddress peer);

    /** A message came. */
    void onMessage(MeshAddress peer, Message message);

    /** Says whether there is something to say to this person, so that a stream is worth having. */
    boolean hasWork(MeshAddress peer);
  }

  /** Starts taking streams of others. */
  void start(Listener listener);

  /**
   * Sends on the newest stream; without one a stream is opened, and the message goes along with the
   * request for it where the transport can do that.
   */
  void send(MeshAddress peer, Message message);

  /** This person has just been heard: tries at once instead of waiting. */
  void onReachable(MeshAddress peer);

  /** Closes every stream and takes no more. */
  @Override
  void close();
}

package io.limpet.invitation;

import io.limpet.link.MeshAddress;
import java.util.Optional;

/**
 * An application's side of a {@link GroupChannel}. Called on the link's event loop; must not block.
 *
 * <p>The application's state is what {@link #restore} gave it last, and every message since. An
 * application that has such a state implements {@link #capture}: the state is then kept in place of
 * the messages that led to it, is what a newcomer begins with, and is given back, with the messages
 * since, to a handler that is attached after a restart. Without it, a newcomer and a handler that
 * is attached get the latest messages that are kept, at most 1000 of them and 4 MiB.
 */
@FunctionalInterface
public interface GroupHandler {
  /** Longest state, in bytes. */
  int MAX_STATE_BYTES = 1 << 20;

  /** Takes a message: in order per sender, each once. */
  void onMessage(GroupMessage message);

  /**
   * Returns the state that follows from everything given so far, at most {@link #MAX_STATE_BYTES};
   * empty for an application that has none, or now has too much.
   */
  default Optional<byte[]> capture() {
    return Optional.empty();
  }

  /** Takes a state, from an earlier life or another member, in place of all that came before. */
  default void restore(byte[] state) {
    // An application that never gives one never gets one.
  }

  /** Messages of this sender are lost here for good: nobody has them any more. */
  default void onMissed(MeshAddress from) {
    // For applications that can live with it, or learn of it otherwise.
  }

  /**
   * A member falls behind, and nobody waits for it any more (it will get a state later), or has
   * caught up.
   */
  default void onSlow(MeshAddress member, boolean slow) {
    // For applications that show it.
  }
}

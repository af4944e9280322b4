package io.limpet.invitation.internal.invite;

import io.limpet.link.MeshAddress;
import java.util.Optional;

/** Who may invite us. Called on the event loop; must not block. */
@FunctionalInterface
public interface InvitePolicy {
  /** Everyone may. */
  InvitePolicy EVERYONE = from -> Optional.empty();

  /** Returns why this person may not invite us, in words for them, or empty when they may. */
  Optional<String> refusal(MeshAddress from);
}

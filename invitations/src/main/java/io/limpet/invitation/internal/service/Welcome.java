package io.limpet.invitation.internal.service;

import io.limpet.invitation.WhoMayInvite;
import io.limpet.invitation.internal.invite.InvitePolicy;
import io.limpet.link.MeshAddress;
import java.util.Optional;
import java.util.function.Predicate;

/** Who may invite us, as our person has it now. Confined to the loop. */
final class Welcome implements InvitePolicy {
  private final Predicate<MeshAddress> isKnown;
  private WhoMayInvite who;

  Welcome(WhoMayInvite who, Predicate<MeshAddress> isKnown) {
    this.who = who;
    this.isKnown = isKnown;
  }

  WhoMayInvite who() {
    return who;
  }

  void set(WhoMayInvite now) {
    who = now;
  }

  @Override
  public Optional<String> refusal(MeshAddress from) {
    return switch (who) {
      case EVERYONE -> Optional.empty();
      case KNOWN ->
          isKnown.test(from)
              ? Optional.empty()
              : Optional.of("accepts invitations only from people they know");
      case NOBODY -> Optional.of("accepts no invitations at present");
    };
  }
}

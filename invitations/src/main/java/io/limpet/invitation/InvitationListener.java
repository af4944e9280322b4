package io.limpet.invitation;

/** Hears invitations and activities, on the link's event loop; must not block. */
@FunctionalInterface
public interface InvitationListener {
  /** Takes one event. */
  void onEvent(InvitationEvent event);
}

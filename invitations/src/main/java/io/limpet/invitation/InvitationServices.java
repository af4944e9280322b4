package io.limpet.invitation;

import io.limpet.invitation.internal.service.MeshWiring;
import io.limpet.link.MeshLink;
import io.limpet.presence.Roster;
import io.limpet.tcp.MeshTcp;

/** The way in: starts the service. */
public final class InvitationServices {
  private InvitationServices() {}

  /**
   * Starts listening for invitations. The store is in memory. Closing the service closes neither
   * link, TCP nor roster.
   *
   * @throws IllegalStateException if mesh port {@link Invitations#PORT} cannot be listened at,
   *     which off the event loop is known within a bounded time
   */
  public static Invitations start(MeshLink link, MeshTcp tcp, Roster roster) {
    return MeshWiring.start(link, tcp, roster);
  }
}

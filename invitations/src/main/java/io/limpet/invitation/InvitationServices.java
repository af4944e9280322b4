package io.limpet.invitation;

import io.limpet.link.MeshLink;
import io.limpet.presence.Roster;
import io.limpet.tcp.MeshTcp;

/** The way in: starts the service. */
public final class InvitationServices {
  private InvitationServices() {}

  /** Starts listening for invitations. The store is in memory. */
  public static Invitations start(MeshLink link, MeshTcp tcp, Roster roster) {
    throw new UnsupportedOperationException("not built yet: " + link + tcp + roster);
  }
}

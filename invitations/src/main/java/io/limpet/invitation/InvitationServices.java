package io.limpet.invitation;

import io.limpet.invitation.internal.service.MeshWiring;
import io.limpet.link.MeshLink;
import io.limpet.presence.PlainPeople;
import io.limpet.presence.Roster;
import io.limpet.tcp.MeshTcp;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The way in: starts the service. */
public final class InvitationServices {
  private InvitationServices() {}

  /**
   * Starts listening for invitations, and keeps them in the node's home folder: what is stored
   * outlives a crash of the process and of the machine. Blocks while the store is checked. Closing
   * the service closes neither link, TCP nor roster.
   *
   * @param home an existing folder that no other node uses
   * @param whoMayInvite whose invitations are taken, until that is changed; null for what was set
   *     last in the lives before, everyone's at first
   * @param plain people without Limpet, to invite them as well; null to leave them alone
   * @throws InvitationException when the store can neither be opened nor made; one line that says
   *     what to do. A damaged store is no such case: it is moved aside, and a fresh one takes its
   *     place.
   * @throws IllegalStateException if mesh port {@link Invitations#PORT} cannot be listened at
   */
  public static Invitations start(
      MeshLink link,
      MeshTcp tcp,
      Roster roster,
      Path home,
      @Nullable WhoMayInvite whoMayInvite,
      @Nullable PlainPeople plain)
      throws InvitationException {
    return MeshWiring.start(link, tcp, roster, home, whoMayInvite, plain);
  }

  /**
   * Starts listening for invitations. The store is in memory, and everyone may invite. Closing the
   * service closes neither link, TCP nor roster.
   *
   * @throws IllegalStateException if mesh port {@link Invitations#PORT} cannot be listened at,
   *     which off the event loop is known within a bounded time
   */
  public static Invitations start(MeshLink link, MeshTcp tcp, Roster roster) {
    return MeshWiring.start(link, tcp, roster);
  }
}

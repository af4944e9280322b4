package io.limpet.node;

import io.limpet.invitation.Invitations;
import io.limpet.link.MeshLink;
import io.limpet.presence.Roster;
import io.limpet.tcp.MeshTcp;

/**
 * A whole node: link, TCP, presence and invitations, started and stopped together. Safe for any
 * thread.
 */
public interface MeshNode extends AutoCloseable {
  /** Returns the link layer. */
  MeshLink link();

  /** Returns TCP between mesh addresses. */
  MeshTcp tcp();

  /** Returns who is here. */
  Roster roster();

  /** Returns invitations and activities. */
  Invitations invitations();

  /** Says goodbye and stops, within a bounded time. */
  @Override
  void close();
}

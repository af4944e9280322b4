package io.limpet.node;

import io.limpet.invitation.Invitations;
import io.limpet.link.MeshLink;
import io.limpet.presence.Roster;
import io.limpet.tcp.MeshTcp;
import java.nio.file.Path;

/**
 * A whole node: link, TCP, presence and invitations, started and stopped together. Safe for any
 * thread.
 *
 * <pre>{@code
 * try (MeshNode node = MeshNode.builder(home, "oak").start()) {
 *   node.roster().addListener(event -> System.out.println(event.person().name()));
 *   Activity chat = node.invitations().share("chat", "lunch", true).toCompletableFuture().join();
 *   node.invitations().invite(node.roster().find("elm").address(), chat.id());
 * }
 * }</pre>
 */
public interface MeshNode extends AutoCloseable {

  /**
   * Begins the set-up of a node.
   *
   * @param home the folder that keeps its identity; made when missing
   * @param name what its person is called, 1..64 UTF-8 bytes
   */
  static MeshNodeBuilder builder(Path home, String name) {
    return new MeshNodeBuilder(home, name);
  }

  /** Returns what this node's person is called. */
  String name();

  /** Returns the home folder. */
  Path home();

  /** Returns the link layer. */
  MeshLink link();

  /** Returns TCP between mesh addresses. */
  MeshTcp tcp();

  /** Returns who is here. */
  Roster roster();

  /** Returns invitations and activities. */
  Invitations invitations();

  /** Says goodbye and stops, within a bounded time. Idempotent. */
  @Override
  void close();
}

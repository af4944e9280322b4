package io.limpet.node;

import io.limpet.invitation.Invitations;
import io.limpet.link.MeshAddress;
import io.limpet.link.MeshLink;
import io.limpet.presence.PlainPeople;
import io.limpet.presence.Roster;
import io.limpet.tcp.MeshTcp;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A whole node: link, TCP, presence and invitations, started and stopped together. Safe for any
 * thread.
 *
 * <p>One idiom throughout: what takes time returns a {@link CompletionStage}, what happens is told
 * to listeners. Both call back on the link's event loop, which must not be blocked.
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
  /** The version of this library, as Semantic Versioning has it. */
  String VERSION = "0.1.0";

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

  /**
   * Returns this node's address, computed from its key: the same in every life, whatever its IP
   * addresses are.
   *
   * <pre>{@code
   * server.bind(node.address().at(8080));
   * }</pre>
   */
  MeshAddress address();

  /** Returns the link layer. */
  MeshLink link();

  /** Returns TCP between mesh addresses. */
  MeshTcp tcp();

  /** Returns who is here. */
  Roster roster();

  /**
   * Returns the people without Limpet; empty unless {@link MeshNodeBuilder#plainChat} was set.
   *
   * <pre>{@code
   * PlainPeople plain = node.plain().orElseThrow();
   * plain.say(plain.find("ash").id(), "at noon?");
   * }</pre>
   */
  Optional<PlainPeople> plain();

  /** Returns invitations and activities. */
  Invitations invitations();

  /**
   * Says goodbye and stops, without blocking: safe on the event loop. Idempotent.
   *
   * <pre>{@code
   * node.stop().thenRun(() -> System.out.println("gone"));
   * }</pre>
   *
   * @return completes within some ten seconds, on a thread of its own, when all is let go of: the
   *     home folder may be used again
   */
  CompletionStage<Void> stop();

  /**
   * The same as {@link #stop()}, and waits for it; on the event loop it does not wait. Idempotent.
   *
   * <pre>{@code
   * try (MeshNode node = MeshNode.builder(home, "oak").start()) {
   *   …
   * }
   * }</pre>
   */
  @Override
  void close();
}

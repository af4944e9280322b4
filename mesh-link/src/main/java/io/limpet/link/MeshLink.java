package io.limpet.link;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A node's presence on its radio neighbourhood: hears and is heard, knows which paths work, repairs
 * those that do not, and carries sealed datagrams to identities.
 *
 * <p>The methods declared here are safe for any thread; those of {@link MeshDatagrams} are confined
 * to the event loop.
 */
public interface MeshLink extends MeshDatagrams, AutoCloseable {

  /** Largest announcement of the presence layer, in bytes: it rides in every hello. */
  int MAX_ANNOUNCEMENT_BYTES = 400;

  /** Returns this node's epoch: raised at each start. */
  long epoch();

  /** Returns this node's nickname as announced. */
  String nickname();

  /** Returns this node's Ed25519 public key. */
  Bytes signingKey();

  /**
   * Replaces the opaque bytes that ride in the hello; a change is announced at once.
   *
   * @throws IllegalArgumentException if longer than {@link #MAX_ANNOUNCEMENT_BYTES}
   */
  void setAnnouncement(Bytes announcement);

  /** Returns the datagrams to groups; confined to the event loop, as those to peers are. */
  default MeshGroups groups() {
    return MeshGroups.NONE;
  }

  /** Returns a snapshot of every known peer. */
  CompletionStage<List<PeerReport>> peers();

  /** Returns a snapshot of one peer. */
  CompletionStage<Optional<PeerReport>> peer(MeshAddress address);

  /** Returns what the link may do to this machine's tables now, and by which way. */
  default CompletionStage<LinkPrivileges> privileges() {
    return CompletableFuture.completedFuture(LinkPrivileges.NONE);
  }

  /** Returns the interfaces that the link is on, with their addresses. */
  List<LinkInterface> interfaces();

  /** Says goodbye and releases every socket; completes when done. Idempotent. */
  CompletionStage<Void> shutdown();

  /** Shuts down and waits a bounded time. Must not be called on the event loop. */
  @Override
  void close();
}

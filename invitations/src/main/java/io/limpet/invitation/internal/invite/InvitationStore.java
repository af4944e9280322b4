package io.limpet.invitation.internal.invite;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Where invitations survive a crash.
 *
 * <p>The contract that makes an invitation exactly once: <em>put before send</em>. The desk lets
 * nothing out that follows from a session, neither to the peer nor to the application, before the
 * stage of its {@link #put} has completed; a receipt therefore says that the record outlives a
 * power cut. Stages complete on the service's event loop, in the order of the calls, and an
 * implementation that writes to disk does so elsewhere: the loop never waits. It may commit many
 * puts at once. When a put fails, so do all that were called before its stage has completed: they
 * may rest on it.
 *
 * <p>Called on the event loop only.
 */
public interface InvitationStore {
  /** Returns every session of an earlier life, in any order. Called once, at the start. */
  List<InvitationSession> load();

  /** Keeps a session in place of the one with the same identifier. */
  CompletionStage<Void> put(InvitationSession session);

  /** Forgets a session. Nothing depends on when. */
  void remove(String id);
}

package io.limpet.invitation.internal.invite;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A store that lives as long as its object: for nodes that accept to lose invitations in a crash,
 * and, handed from one service to the next, for tests of restarts. Confined to one event loop.
 */
public final class MemoryInvitationStore implements InvitationStore {
  private final Map<String, InvitationSession> sessions = new LinkedHashMap<>();

  @Override
  public List<InvitationSession> load() {
    return List.copyOf(sessions.values());
  }

  @Override
  public CompletionStage<Void> put(InvitationSession session) {
    sessions.put(session.id(), session);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void remove(String id) {
    sessions.remove(id);
  }
}

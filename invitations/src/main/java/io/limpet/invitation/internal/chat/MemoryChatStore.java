package io.limpet.invitation.internal.chat;

import io.limpet.invitation.ChatInvitation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Invitations by chat that live as long as this object. */
public final class MemoryChatStore implements ChatStore {
  private final Map<String, ChatInvitation> all = new LinkedHashMap<>();

  /** There are none yet. */
  public MemoryChatStore() {}

  @Override
  public List<ChatInvitation> load() {
    return List.copyOf(all.values());
  }

  @Override
  public CompletionStage<Void> put(ChatInvitation invitation) {
    all.put(invitation.id(), invitation);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void remove(String id) {
    all.remove(id);
  }
}

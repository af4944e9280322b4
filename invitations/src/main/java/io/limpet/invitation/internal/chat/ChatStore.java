package io.limpet.invitation.internal.chat;

import io.limpet.invitation.ChatInvitation;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Where invitations by chat survive a crash; with the contract of {@link
 * io.limpet.invitation.internal.invite.InvitationStore}. Called on the event loop only.
 */
public interface ChatStore {
  /** Returns every one of an earlier life, in any order. Called once, at the start. */
  List<ChatInvitation> load();

  /** Keeps one in place of the one with the same identifier. */
  CompletionStage<Void> put(ChatInvitation invitation);

  /** Forgets one. Nothing depends on when. */
  void remove(String id);
}

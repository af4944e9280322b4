package io.limpet.invitation.internal.store;

import io.limpet.invitation.DamagedStore;
import io.limpet.invitation.internal.activity.ActivityStore;
import io.limpet.invitation.internal.activity.MemoryActivityStore;
import io.limpet.invitation.internal.chat.ChatStore;
import io.limpet.invitation.internal.chat.MemoryChatStore;
import io.limpet.invitation.internal.group.ChannelStore;
import io.limpet.invitation.internal.group.MemoryChannelStore;
import io.limpet.invitation.internal.invite.InvitationStore;
import io.limpet.invitation.internal.invite.MemoryInvitationStore;
import java.util.Optional;

/**
 * Stores that live as long as their objects: for nodes that accept to lose everything in a crash,
 * and, handed from one service to the next, for tests of restarts.
 *
 * @param invitations keeps invitations
 * @param activities keeps activities
 * @param channels keeps channels
 * @param chats keeps invitations to people without Limpet
 * @param settings keeps settings
 */
public record MemoryStores(
    InvitationStore invitations,
    ActivityStore activities,
    ChannelStore channels,
    ChatStore chats,
    Settings settings)
    implements Stores {
  /** Returns stores that are empty. */
  public static MemoryStores empty() {
    return new MemoryStores(
        new MemoryInvitationStore(),
        new MemoryActivityStore(),
        new MemoryChannelStore(),
        new MemoryChatStore(),
        new MemorySettings());
  }

  @Override
  public Optional<DamagedStore> damage() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // Memory needs no letting go; the next service may load what this one put.
  }
}

package io.limpet.invitation.internal.store;

import io.limpet.invitation.DamagedStore;
import io.limpet.invitation.internal.activity.ActivityStore;
import io.limpet.invitation.internal.chat.ChatStore;
import io.limpet.invitation.internal.group.ChannelStore;
import io.limpet.invitation.internal.invite.InvitationStore;
import java.util.Optional;

/** All that a service keeps from one life to the next. Used on the service's event loop. */
public interface Stores extends AutoCloseable {
  /** Returns where invitations are kept. */
  InvitationStore invitations();

  /** Returns where activities are kept. */
  ActivityStore activities();

  /** Returns where channels are kept. */
  ChannelStore channels();

  /** Returns where invitations to people without Limpet are kept. */
  ChatStore chats();

  /** Returns where settings are kept. */
  Settings settings();

  /** Returns what became of an earlier store that could not be read. */
  Optional<DamagedStore> damage();

  /** Writes what is waiting, and lets go of files. Returns at once; any thread. */
  @Override
  void close();
}

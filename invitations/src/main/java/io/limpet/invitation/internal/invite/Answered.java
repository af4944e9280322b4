package io.limpet.invitation.internal.invite;

import io.limpet.invitation.internal.wire.Message;
import io.limpet.link.MeshAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was answered to invitations of which nothing is kept: refused, withdrawn before they
 * arrived, forgotten. A copy that was on its way on another stream meanwhile gets the same answer;
 * taken as new it would be told twice, or be open here when its inviter knows that it has ended. In
 * memory only: what is on its way to us does not outlive us.
 */
final class Answered {
  private static final int MAX = 1024;

  private record Key(MeshAddress from, String id) {}

  private final Map<Key, Message.OfInvitation> answers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Message.OfInvitation> eldest) {
          return size() > MAX;
        }
      };

  /** Remembers an answer; returns it. */
  Message.OfInvitation remember(MeshAddress to, Message.OfInvitation answer) {
    answers.put(new Key(to, answer.id()), answer);
    return answer;
  }

  /** Returns what this person was answered to this invitation. */
  Optional<Message.OfInvitation> of(MeshAddress from, String id) {
    return Optional.ofNullable(answers.get(new Key(from, id)));
  }
}

package io.limpet.node.internal.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.ChatInvitations;
import io.limpet.node.MeshNode;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.PlainListener;
import io.limpet.presence.PlainPeople;
import io.limpet.presence.PlainPerson;
import io.limpet.presence.UnknownPersonException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a running node does about people who chat without Limpet. Safe for any thread. */
final class PlainCommands {
  /** How many lines are kept for whoever asks later. */
  private static final int MAX_KEPT = 256;

  /** Others' programs may take this long to confirm a line, at each of several addresses. */
  private static final long SAY_MS = 60_000;

  private static final long ANSWER_MS = 5_000;

  private final MeshNode node;
  private final Deque<Views.HeardView> kept = new ArrayDeque<>();

  PlainCommands(MeshNode node) {
    this.node = node;
    node.plain().ifPresent(plain -> plain.addListener(this::keep));
  }

  /** Adds them. */
  void addTo(ControlCommands commands) {
    commands.add("chat", this::chat);
    commands.add("heard", this::heard);
  }

  private void keep(PlainEvent event) {
    if (event instanceof PlainEvent.Said said) {
      synchronized (kept) {
        if (kept.size() == MAX_KEPT) {
          kept.removeFirst();
        }
        kept.addLast(Views.HeardView.of(said));
      }
    }
  }

  /** Returns who is here, as peers are shown. */
  List<Views.PlainView> peers() {
    return node.plain().map(PlainPeople::people).orElse(List.of()).stream()
        .map(Views.PlainView::of)
        .toList();
  }

  /**
   * Returns the person without Limpet who is meant, if it is one: whoever has Limpet and goes by
   * that comes first.
   */
  Optional<PlainPerson> meant(String nameOrAddress) throws ControlException {
    PlainPeople plain = node.plain().orElse(null);
    if (plain == null) {
      return Optional.empty();
    }
    try {
      node.roster().find(nameOrAddress);
      return Optional.empty();
    } catch (UnknownPersonException e) {
      return e.isSeveral() ? Optional.empty() : found(plain, nameOrAddress);
    }
  }

  private static Optional<PlainPerson> found(PlainPeople plain, String name)
      throws ControlException {
    try {
      return Optional.of(plain.find(name));
    } catch (UnknownPersonException e) {
      if (e.isSeveral()) {
        throw ControlException.failed(String.valueOf(e.getMessage()));
      }
      return Optional.empty(); // The roster's own words say who is here.
    }
  }

  Views.InviteView invite(PlainPerson person, String activity, Duration lifetime, long waitMs)
      throws ControlException {
    ChatInvitations chats = invitations();
    ChatInvitation invitation =
        ControlCommands.await(chats.invite(person.id(), activity, lifetime));
    if (waitMs > 0) {
      invitation =
          ControlCommands.await(
              chats.await(invitation.id(), Duration.ofMillis(waitMs)), waitMs + ANSWER_MS);
    }
    return Views.InviteView.of(invitation);
  }

  /** Returns all invitations by chat, newest first. */
  List<ChatInvitation> all() throws ControlException {
    Optional<ChatInvitations> chats = node.invitations().byChat();
    return chats.isEmpty() ? List.of() : ControlCommands.await(chats.get().invitations());
  }

  Views.InvitationView withdraw(String id) throws ControlException {
    return Views.InvitationView.of(
        ControlCommands.await(invitations().withdraw(id)), node.address(), node.name());
  }

  private ChatInvitations invitations() throws ControlException {
    return node.invitations().byChat().orElseThrow(PlainCommands::off);
  }

  private PlainPeople plain() throws ControlException {
    return node.plain().orElseThrow(PlainCommands::off);
  }

  private static ControlException off() {
    return ControlException.failed(
        "this node does not chat with people without Limpet: start it with --plain-chat");
  }

  private void chat(JsonNode args, ControlServer.Reply reply) throws ControlException, IOException {
    PlainPeople plain = plain();
    PlainPerson person;
    try {
      person = plain.find(ControlArgs.required(args, "peer"));
    } catch (UnknownPersonException e) {
      throw ControlException.failed(String.valueOf(e.getMessage()));
    }
    ControlCommands.await(plain.say(person.id(), ControlArgs.required(args, "text")), SAY_MS);
    reply.result(Map.of("to", person.id()));
  }

  private void heard(JsonNode args, ControlServer.Reply reply)
      throws ControlException, IOException {
    PlainPeople plain = plain();
    Following<Views.HeardView> following = new Following<>();
    PlainListener listener =
        event -> {
          if (event instanceof PlainEvent.Said said) {
            following.add(Views.HeardView.of(said));
          }
        };
    List<Views.HeardView> before = List.of();
    if (args.path("history").asBoolean(false)) {
      synchronized (kept) {
        before = List.copyOf(kept);
      }
    }
    plain.addListener(listener);
    try {
      // Says that nothing said from now on is missed.
      reply.event(Map.of());
      for (Views.HeardView line : before) {
        reply.event(line);
      }
      following.run(
          reply, args.path("count").asLong(Long.MAX_VALUE), last -> false, before::contains);
    } finally {
      plain.removeListener(listener);
    }
  }
}

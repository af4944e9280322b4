package io.limpet.node.chat;

import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.Invitations;
import io.limpet.node.MeshNode;
import io.limpet.node.NodeException;
import io.limpet.presence.UnknownPersonException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** {@code Chat HOME NAME}, then /share ROOM, /join ROOM, /invite NAME, /accept, or what to say. */
final class Chat {
  private final MeshNode node;
  private final Invitations invitations;
  private final Consumer<String> out;
  private volatile String room = "";
  private volatile String invitation = "";

  Chat(MeshNode node, Consumer<String> out) {
    this.node = node;
    this.invitations = node.invitations();
    this.out = out;
    invitations.addListener(this::onEvent);
  }

  public static void main(String[] args) throws NodeException {
    try (MeshNode node = MeshNode.builder(Path.of(args[0]), args[1]).start()) {
      Scanner lines = new Scanner(System.in, StandardCharsets.UTF_8).useDelimiter("\n");
      lines.forEachRemaining(new Chat(node, System.out::println)::type);
    }
  }

  void type(String line) {
    String word = line.substring(line.indexOf(' ') + 1);
    try {
      CompletionStage<?> done =
          switch (line.split(" ", 2)[0]) {
            case "/share" -> invitations.share("chat", word, true);
            case "/join" -> invitations.join(id(word));
            case "/invite" -> invitations.invite(node.roster().find(word).address(), room);
            case "/accept" -> invitations.accept(invitation);
            default -> invitations.say(room, line);
          };
      done.whenComplete((value, failure) -> complain(failure));
    } catch (UnknownPersonException e) {
      complain(e);
    }
  }

  private void complain(Throwable why) {
    if (why != null) {
      out.accept("! " + why.getMessage());
    }
  }

  private String id(String title) {
    var shared = node.roster().people().stream().flatMap(p -> p.activities().stream());
    return shared.filter(a -> a.title().equals(title)).findAny().map(a -> a.id()).orElse(title);
  }

  private void onEvent(InvitationEvent event) { // on the event loop: nothing here may block
    if (event instanceof InvitationEvent.Received e) {
      invitation = e.invitation().id();
      out.accept(e.invitation().fromName() + " invites you to " + e.invitation().title());
    } else if (event instanceof InvitationEvent.ActivityChanged e && e.activity().joined()) {
      room = e.activity().id();
      out.accept("you are in " + e.activity().title());
    } else if (event instanceof InvitationEvent.MemberChanged e) {
      String who = node.roster().person(e.member()).map(p -> p.name()).orElse("somebody");
      out.accept(who + (e.joined() ? " joined" : " left"));
    } else if (event instanceof InvitationEvent.Said e) {
      out.accept(e.line().fromName() + ": " + e.line().text());
    }
  }
}

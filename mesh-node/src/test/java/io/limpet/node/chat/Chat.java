package io.limpet.node.chat;

import io.limpet.invitation.Activity;
import io.limpet.invitation.InvitationEvent;
import io.limpet.invitation.Invitations;
import io.limpet.node.MeshNode;
import io.limpet.node.NodeException;
import io.limpet.presence.UnknownPersonException;
import java.nio.file.Path;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CompletionException;
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
      Chat chat = new Chat(node, System.out::println);
      new Scanner(System.in).useDelimiter("\n").forEachRemaining(chat::type);
    }
  }

  void type(String line) {
    String word = line.substring(line.indexOf(' ') + 1);
    try {
      CompletionStage<?> done =
          switch (line.split(" ", 2)[0]) {
            case "/share" -> invitations.share("chat", word, true);
            case "/join" -> invitations.activities().thenCompose(all -> join(all, word));
            case "/invite" -> invitations.invite(node.roster().find(word).address(), room);
            case "/accept" -> invitations.accept(invitation);
            default -> invitations.say(room, line);
          };
      done.exceptionally(this::complain);
    } catch (UnknownPersonException e) {
      complain(e);
    }
  }

  private <T> T complain(Throwable why) {
    out.accept("! " + (why instanceof CompletionException ? why.getCause() : why).getMessage());
    return null;
  }

  private CompletionStage<Activity> join(List<Activity> all, String title) {
    var rooms = all.stream().filter(a -> a.title().equals(title)).map(Activity::id);
    return invitations.join(rooms.findAny().orElse(title));
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

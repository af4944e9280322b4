package io.limpet.node.internal.runtime;

import io.limpet.invitation.ChatInvitation;
import io.limpet.invitation.Invitation;
import io.limpet.invitation.InvitationEvent;
import io.limpet.node.MeshNode;
import io.limpet.presence.PlainEvent;
import io.limpet.presence.RosterEvent;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** Tells the person at the terminal what they would want to see as it happens. */
final class People {
  private People() {}

  static void announce(MeshNode node, PrintWriter out) {
    node.invitations()
        .damagedStore()
        .ifPresent(
            damage ->
                out.println(
                    "WARNING: "
                        + damage.file()
                        + " could not be read ("
                        + damage.reason()
                        + "); it was moved to "
                        + damage.movedTo()
                        + ", and what it held is not known here any more"));
    node.roster()
        .addListener(
            event -> {
              String text = text(event);
              if (text != null) {
                out.println(text);
              }
            });
    NodeRuntime.followPlain(
        node,
        event -> {
          String text = text(event);
          if (text != null) {
            out.println(text);
          }
        });
    node.invitations()
        .addListener(
            event -> {
              String text = text(event);
              if (text != null) {
                out.println(text);
              }
            });
  }

  private static @Nullable String text(PlainEvent event) {
    String id = event.person().id();
    if (event instanceof PlainEvent.Here) {
      return id + " is here (chat only, without Limpet)";
    }
    if (event instanceof PlainEvent.Gone) {
      return id + " is gone (chat only)";
    }
    if (event instanceof PlainEvent.Said said) {
      return id + " (chat only): " + said.text();
    }
    return null;
  }

  private static @Nullable String text(RosterEvent event) {
    String name = event.person().name();
    if (event instanceof RosterEvent.Online) {
      return name + " is here";
    }
    if (event instanceof RosterEvent.Offline) {
      return name + " is gone";
    }
    if (event instanceof RosterEvent.Restarted) {
      return name + " restarted";
    }
    if (event instanceof RosterEvent.KeyChanged) {
      return "WARNING: " + name + " has another key than before: is it the same person?";
    }
    return null;
  }

  private static @Nullable String text(InvitationEvent event) {
    if (event instanceof InvitationEvent.Received received) {
      Invitation i = received.invitation();
      return i.fromName()
          + " invites you to "
          + i.title()
          + " ("
          + i.activityType()
          + "): limpet accept "
          + i.id();
    }
    if (event instanceof InvitationEvent.ByChat chat
        && chat.invitation().state() == ChatInvitation.State.TOLD) {
      return chat.invitation().to() + " was told by chat of " + chat.invitation().title();
    }
    if (event instanceof InvitationEvent.Said said) {
      return said.line().fromName() + ": " + said.line().text();
    }
    return null;
  }
}
